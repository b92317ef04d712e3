import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCommandForTest } from '../integration/open-command.ts';
import { fixtures } from './open-merge.ts';

/** The command with both templates, an image and a data file of cards. */
export async function openMergeCommand(rows: readonly string[], header = 'name,email,about,photo') {
  const command = await openCommandForTest();
  const { directory } = command;
  await mkdir(join(directory, 'images'));
  await cp(join(fixtures, 'red-150.png'), join(directory, 'images', 'red.png'));
  for (const template of ['card.sla', 'cards.sla'])
    await cp(join(fixtures, 'merge', template), join(directory, template));
  await writeFile(join(directory, 'rows.csv'), `${[header, ...rows].join('\n')}\n`);
  const filesIn = async (folder: string) => (await readdir(join(directory, folder), { recursive: true })).toSorted();
  const readReport = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));
  return { ...command, filesIn, readReport };
}
