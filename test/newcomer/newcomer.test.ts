import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommands } from '../kit/readme-commands.ts';
import { startCommand } from '../kit/run-command.ts';
import { type FreshCopy, makeFreshCopy } from './fresh-copy.ts';

let copy: FreshCopy;
beforeAll(async () => {
  copy = await makeFreshCopy();
});
afterAll(() => copy.remove());

/** Runs shell commands at the root of the copy. */
async function sh(commands: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: copy.directory,
    env: { ...copy.environment, ...more },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

async function beginningOf(...path: string[]): Promise<string> {
  return (await readFile(join(...path))).subarray(0, 5).toString();
}

describe('whoever has just cloned the repository, and has nothing in their home', { timeout: 600_000 }, () => {
  test('gets PDFs from npm run demo', async () => {
    const output = await sh('npm run demo');
    const folder = /^The PDFs and page images are in (.+)$/m.exec(output)?.[1] ?? '';
    const documents = await readdir(folder);
    expect(documents).toHaveLength(12);
    for (const document of documents) {
      const pdf = document === 'tickets' ? 'merged.pdf' : 'document.pdf';
      expect(await beginningOf(folder, document, pdf)).toBe('%PDF-');
    }
  });

  test("gets a PDF from the README's program, run as the README says", async () => {
    const readme = join(copy.directory, 'README.md');
    const program = /```ts\n(?<text>.*?)```/s.exec(await readFile(readme, 'utf8'))?.groups?.['text'] ?? '';
    await writeFile(join(copy.directory, 'program.ts'), program);
    await sh(await readCommands(readme, { heading: 'A program' }));
    expect(await beginningOf(copy.directory, 'document.pdf')).toBe('%PDF-');
  });

  test('gets a PDF from npm run service, by the commands of its README', async () => {
    const service = startCommand(['npm', 'run', 'service'], {
      directory: copy.directory,
      environment: copy.environment,
    });
    try {
      await service.written('Ctrl-C ends everything');
      const exported = [...service.output().matchAll(/^ +export (\w+)=(\S+)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]);
      const commands = await readCommands(join(copy.directory, 'examples/service/README.md'), { heading: 'Try it' });
      const output = await sh(`${commands}\nprintf '\\n%s' "$PWD"`, Object.fromEntries(exported));
      expect(await beginningOf(output.split('\n').at(-1) ?? '', 'programme.pdf')).toBe('%PDF-');
      // As Ctrl-C does: npm passes it on.
      service.interrupt();
      await service.exitsWith(0);
    } finally {
      service.terminate();
    }
  });
});
