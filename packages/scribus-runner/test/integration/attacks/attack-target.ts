import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { magentaPng, showsMagenta } from './strong-colour.ts';

/**
 * What an attack has left: `written`, a file outside of the job's directories was made or changed; `pictured`, the
 * secret's colour is in the result; `connected`, somebody spoke to a server; `killed`, a process of somebody else is
 * dead; `scripted`, the PDF holds JavaScript.
 */
export type Trace = 'written' | 'pictured' | 'connected' | 'killed' | 'scripted';

/** What documents aim at: a directory of another customer, with servers and a process. None of it is a job's. */
export interface AttackTarget {
  /** Absolute path of a picture that no document may show. It is magenta. */
  readonly secret: string;
  /** The same as EPS, black. */
  readonly secretEps: string;
  /** Absolute path of a file that is not there. */
  readonly marker: string;
  /** Absolute path of a directory with programs that make the marker, whatever they are asked to do. */
  readonly programs: string;
  readonly tcpPort: number;
  readonly unixSocket: string;
  /** A name without a file, as Linux has them. */
  readonly abstractSocket: string;
  /** Tells the number of a process that waits. */
  readonly bystander: () => number;
  /** Makes it again as it was. */
  readonly reset: () => Promise<void>;
  /** What has happened since then, and what the files of a result show. */
  readonly traces: (outputs: readonly string[]) => Promise<readonly Trace[]>;
  readonly close: () => Promise<void>;
}

// What a render frame, and an image of a kind that Scribus can't read itself, has started.
const programNames = ['gnuplot', 'povray', 'pdflatex', 'dot', 'html2ps', 'mpeg2decode', 'fig2dev'] as const;

/** Opens a target that nobody has aimed at yet. */
export async function openAttackTarget(): Promise<AttackTarget> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'attack-target-')));
  const at = (name: string) => join(directory, name);
  const [secret, secretEps, marker, programs] = [at('secret.png'), at('secret.eps'), at('marker'), at('programs')];
  await mkdir(programs);
  for (const name of programNames) {
    await writeFile(join(programs, name), `#!/bin/sh\n: > '${marker}'\n`);
    await chmod(join(programs, name), 0o755);
  }
  let connected = false;
  const [unixSocket, abstractSocket] = [at('socket'), `attack${directory.replaceAll('/', '-')}`];
  const listen = async (where: number | string): Promise<Server> => {
    const server = createServer((socket) => {
      connected = true;
      socket.on('error', () => undefined).end();
    });
    server.listen(where);
    await once(server, 'listening');
    return server;
  };
  const servers = [await listen(0), await listen(unixSocket), await listen(`\0${abstractSocket}`)];
  const address = servers[0]?.address();
  let bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
  let before = '';
  const reset = async () => {
    bystander.kill('SIGKILL');
    bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
    await once(bystander, 'spawn');
    await rm(marker, { force: true });
    await writeFile(secret, magentaPng(150));
    await writeFile(secretEps, blackEps);
    before = await contentsOf(directory);
    connected = false;
  };
  await reset();
  return {
    secret,
    secretEps,
    marker,
    programs,
    tcpPort: typeof address === 'object' ? (address?.port ?? 0) : 0,
    unixSocket,
    abstractSocket,
    bystander: () => bystander.pid ?? 0,
    reset,
    async traces(outputs) {
      const pdfs = outputs.filter((path) => path.endsWith('.pdf'));
      const texts = await Promise.all(pdfs.map((path) => readFile(path, 'latin1')));
      const pictured = await Promise.all(outputs.map(showsMagenta));
      const seen: Readonly<Record<Trace, boolean>> = {
        written: (await contentsOf(directory)) !== before,
        pictured: pictured.includes(true),
        connected,
        killed: bystander.exitCode !== null || bystander.signalCode !== null,
        scripted: texts.some((text) => text.includes('/JavaScript')),
      };
      return (Object.keys(seen) as Trace[]).filter((trace) => seen[trace]);
    },
    async close() {
      bystander.kill('SIGKILL');
      for (const server of servers) server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const blackEps = `%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 150 150
%%EndComments
0 setgray 0 0 150 150 rectfill showpage
%%EOF
`;

/** Names and contents of all files of a directory. */
async function contentsOf(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path}\n${entry.isFile() ? await readFile(path, 'base64') : ''}\n`;
  });
  return (await Promise.all(files)).toSorted().join('');
}
