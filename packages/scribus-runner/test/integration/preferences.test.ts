import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { writePreferences } from '../../src/engine/preferences.ts';
import { installedScribus, openScribus16, type ScribusInstallation } from './scribus-installations.ts';

const deletions = 60;
const characters = 100_000;
// What could be undone is kept, at two bytes a character: nearly 12 MB.
const script = `
import os, scribus
scribus.newDocument((72, 72), (0, 0, 0, 0), 0, 1, 0, 0, 0, 1)
frame = scribus.createText(0, 0, 10, 10)
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def put_and_delete():
    scribus.insertText("x" * ${characters}, 0, frame)
    scribus.selectText(0, ${characters}, frame)
    scribus.deleteText(frame)
for _ in range(5):
    put_and_delete()
before = resident()
for _ in range(${deletions}):
    put_and_delete()
with open(os.path.join(os.environ["HOME"], "grown"), "w") as file:
    file.write(f"{len(scribus.getAllText(frame))} {resident() - before}")
os._exit(0)
`;

/** By how many bytes a Scribus grows that puts texts into a frame and deletes them. */
async function growthOf({ scribus: [program, ...first] }: ScribusInstallation): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'preferences-test-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.local', 'share', 'scribus', 'temp'), { recursive: true });
  await writePreferences(home);
  await writeFile(join(home, 'edit.py'), script);
  const args = ['-platform', 'offscreen', '-g', '-ns', '-py', join(home, 'edit.py')];
  await promisify(execFile)(program, [...first, ...args], {
    env: { ...process.env, HOME: home },
    timeout: 60_000,
    maxBuffer: 1024 * 1024,
  });
  const [left, grown] = (await readFile(join(home, 'grown'), 'utf8')).split(' ');
  expect(left).toBe('0');
  return Number(grown);
}

it('lets Scribus note nothing that could be undone', async () => {
  expect(await growthOf(installedScribus)).toBeLessThan((deletions * characters) / 2);
});

describe.skipIf(leavesOutScribusRoot(process.env))('Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  it('notes nothing that could be undone either', { timeout: 700_000 }, async () => {
    expect(await growthOf(await openScribus16())).toBeLessThan((deletions * characters) / 2);
  });
});
