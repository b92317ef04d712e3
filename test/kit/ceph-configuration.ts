import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** `memstore` keeps objects in memory and starts in a second; `bluestore` keeps them in a file, for more than memory takes. */
export type CephStore = 'memstore' | 'bluestore';

/** What distinguishes one single-node cluster from another. */
export interface CephConfigurationOptions {
  readonly directory: string;
  readonly store: CephStore;
  readonly gatewayPort: number;
  readonly monitorPort: number;
  readonly clusterId?: string;
}

/**
 * The configuration of one monitor `a`, one storage daemon `0` and one gateway `client.rgw` that live
 * in one directory and talk over loopback, without authentication among themselves. Nothing is kept
 * twice. The storage daemon looks for free ports itself.
 */
export function cephConfiguration(options: CephConfigurationOptions): string {
  const { directory, store, gatewayPort, monitorPort, clusterId = randomUUID() } = options;
  return `[global]
fsid = ${clusterId}
mon initial members = a
mon host = ${monitorAddress(monitorPort)}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
# The gateway asks for encryption, which needs the authentication that is off.
ms mon client mode = crc
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
log to file = false
log to stderr = true
err to stderr = true
mon cluster log to file = false
admin socket =
pid file =
run dir = ${directory}
crash dir = ${directory}

[mon]
mon data = ${join(directory, 'mon')}
mon data avail crit = 1
mon osd min in ratio = 0
# How long a change of the cluster waits for others to be decided with it: here nobody else changes anything.
paxos propose interval = 0.05
paxos min wait = 0.02
mon tick interval = 1

[osd]
osd data = ${join(directory, 'osd')}
osd objectstore = ${store}
osd op num shards = 2
bluestore fsck on mkfs = false
bluestore block size = ${20 * 1024 ** 3}
memstore device bytes = ${4 * 1024 ** 3}
osd memory target = ${896 * 1024 ** 2}
osd fast shutdown = true

[client.rgw]
rgw data = ${directory}
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw thread pool size = 64
rgw num control oids = 1
rgw enable usage log = false
rgw enable quota threads = false
rgw run sync thread = false
# Space of deleted objects is free after seconds, not hours.
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw gc processor max time = 10
`;
}

/** Where the monitor of {@link cephConfiguration} listens, in Ceph's notation. */
export function monitorAddress(monitorPort: number): string {
  return `[v2:127.0.0.1:${monitorPort}]`;
}
