import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { silentLogger } from '@pubpipe/core/driver';
import { expect, it, onTestFinished } from 'vitest';
import { hiddenPrefix, removeDeadWorkspaces, workspacePrefix } from './workspace-owner.ts';

async function openPlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'workspace-owner-test-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  return place;
}

/** A name as a process of this machine would have given it that is dead by now. */
const nameOfDead = workspacePrefix('render').replace(/-\d+-\d+-$/, `-${process.pid}-1-`);

it('removes what the dead have left, and nothing of the living', async () => {
  const place = await openPlace();
  const living = `${workspacePrefix('scribus')}x`;
  await mkdir(join(place, `${nameOfDead}x`, 'home'), { recursive: true, mode: 0o700 });
  await mkdir(join(place, living), { mode: 0o700 });

  await removeDeadWorkspaces(place, silentLogger);

  expect(await readdir(place)).toEqual([living]);
});

it('removes what the dead have left among the files of others, and nothing else there', async () => {
  const place = await openPlace();
  const [living, dead] = [hiddenPrefix('merge'), hiddenPrefix('output').replace(/-\d+-\d+-$/, `-${process.pid}-1-`)];
  for (const name of [`${living}1.sla`, `${dead}2`, 'card.sla', '.pubpipe-output'])
    await writeFile(join(place, name), '');
  await mkdir(join(place, `${dead}3`, 'pages'), { recursive: true, mode: 0o700 });

  await removeDeadWorkspaces(place, silentLogger);

  expect(await readdir(place)).toEqual([`${living}1.sla`, 'card.sla', '.pubpipe-output'].toSorted());
});

it('leaves alone what others may have put there', async () => {
  const place = await openPlace();
  await mkdir(join(place, 'target'));
  await symlink(join(place, 'target'), join(place, `${nameOfDead}link`));
  await mkdir(join(place, `${nameOfDead}open`));
  await chmod(join(place, `${nameOfDead}open`), 0o777);

  await removeDeadWorkspaces(place, silentLogger);

  expect(await readdir(place)).toEqual([`${nameOfDead}link`, `${nameOfDead}open`, 'target'].toSorted());
});

// Only root can give a directory away.
it.skipIf(process.getuid?.() !== 0)(
  'leaves alone what is not its own (left out where the user is not root)',
  async () => {
    const place = await openPlace();
    const others = join(place, `${nameOfDead}others`);
    await mkdir(others, { mode: 0o700 });
    await chown(others, 65_534, 65_534);

    await removeDeadWorkspaces(place, silentLogger);

    expect(await readdir(place)).toEqual([`${nameOfDead}others`]);
  },
);
