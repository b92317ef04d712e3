import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { median, pairedRatio } from '../../bench/statistics.ts';
import type { Row } from '../../bench/suite.ts';
import type { DownloaderSetup } from '../programs/setups.ts';
import type { LoadServers } from '../stage/load-servers.ts';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { uploadFile } from '../stage/upload-file.ts';

const mebibyte = 1024 * 1024;
const fileMib = 200;
const rounds = 21;

/** How fast a file is downloaded, beside Express' own `res.sendFile` of the very file in the same server. */
export async function measureDownloads(servers: LoadServers): Promise<readonly Row[]> {
  const stage = await openStage(await servers.place());
  try {
    const { client, port } = stage;
    const file = await uploadFile(client, 'photo.tif', Buffer.alloc(fileMib * mebibyte, 'pixels'));
    const [ours = [], sent = []] = await downloadInTurns({
      port,
      key: client.key,
      paths: [file.links.content, `/sent?key=${encodeURIComponent(await storageKeyOf(stage, file.id))}`],
      byteSize: fileMib * mebibyte,
      rounds,
    });
    return [
      { id: 'download-over-sendfile', ...pairedRatio(sent, ours), unit: 'ratio', goal: 0.8, comparator: '>=' },
      { id: 'download-mib-per-s', value: fileMib / median(ours), unit: 'MiB/s', samples: ours.length },
      { id: 'sendfile-mib-per-s', value: fileMib / median(sent), unit: 'MiB/s', samples: sent.length },
    ];
  } finally {
    await stage.close();
  }
}

async function storageKeyOf({ db }: Pick<Stage, 'db'>, id: string): Promise<string> {
  const { rows } = await sql<{ readonly key: string }>`
    SELECT storage_key AS key FROM pubpipe_artifacts WHERE id = ${id}`.execute(db);
  return rows[0]?.key ?? '';
}

async function downloadInTurns(setup: DownloaderSetup): Promise<readonly (readonly number[])[]> {
  const program = join(import.meta.dirname, '../programs/downloader.ts');
  const args = ['--conditions=@pubpipe/source', program, JSON.stringify(setup)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as number[][];
}
