import type { Row } from '../../bench/suite.ts';
import { openStream } from '../client/idle-stream.ts';
import { uploadSlowly } from '../client/slow-upload.ts';
import type { LoadServers } from '../stage/load-servers.ts';
import { watchMemory } from '../stage/memory-of-process.ts';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { submitOne } from '../stage/submit-one.ts';
import { anyDocument, uploadFile } from '../stage/upload-file.ts';

/** Clients that take their time. */
export interface SlowClientsOptions {
  readonly uploads: number;
  readonly streams: number;
  readonly chunks: number;
  readonly chunkBytes: number;
  readonly pauseMs: number;
}

/** What became of them. */
export interface SlowClients {
  /** Uploads that were stored. */
  readonly stored: number;
  /** Streams that were still there at the end: each got an event. */
  readonly awake: number;
  /** How much more memory the process of the API had at its largest than before the first of them. */
  readonly growthMib: number;
}

/** A tenant has 100 streams at most. */
export const tenants = 4;

/** How much the API grows by clients that upload slowly and others that wait for events. */
export async function measureSlowClients(servers: LoadServers): Promise<readonly Row[]> {
  const stage = await openStage({ ...(await servers.place()), tenants });
  try {
    const asked = { uploads: 200, streams: 200, chunks: 50, chunkBytes: 16_384, pauseMs: 200 };
    const { stored, awake, growthMib } = await holdSlowClients(stage, asked);
    const samples = asked.uploads + asked.streams;
    const of = { samples, comparator: '<=' } as const;
    return [
      { id: 'slow-clients-rss-growth-mib', value: growthMib, unit: 'MiB', goal: 200, ...of },
      { id: 'slow-clients-lost', value: samples - stored - awake, unit: 'clients', goal: 0, ...of },
    ];
  } finally {
    await stage.close();
  }
}

/** Lets all of them be there at once: no upload ends before all have begun. */
export async function holdSlowClients(
  stage: Pick<Stage, 'api' | 'client' | 'clients'>,
  { uploads, streams, ...upload }: SlowClientsOptions,
): Promise<SlowClients> {
  const { api, clients, client } = stage;
  const clientOf = (index: number) => clients[index % clients.length] ?? client;
  // One request opens the connections to the database and compiles what answers it.
  await uploadFile(client, 'first.sla', anyDocument);
  using memory = watchMemory(api.pid);
  const open = await Promise.all(Array.from({ length: streams }, (_, index) => openStream(clientOf(index))));
  try {
    let begun = 0;
    const allBegun = Promise.withResolvers<void>();
    const statuses = await Promise.all(
      Array.from({ length: uploads }, (_, index) =>
        uploadSlowly(clientOf(index), {
          ...upload,
          fileName: `slow-${index}.sla`,
          lastChunk: allBegun.promise,
          onBegun() {
            begun += 1;
            if (begun === uploads) allBegun.resolve();
          },
        }),
      ),
    );
    await Promise.all(clients.map(submitOne));
    const events = await Promise.allSettled(open.map(({ event }) => event));
    return {
      stored: statuses.filter((status) => status === 201).length,
      awake: events.filter(({ status }) => status === 'fulfilled').length,
      growthMib: memory.growthMib(),
    };
  } finally {
    for (const stream of open) stream.close();
  }
}
