import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { expect, it, onTestFinished } from 'vitest';
import { mayMount, mountTmpfs } from '../../../../test/kit/mount-tmpfs.ts';
import { openRendererForTest } from '../integration/open-renderer.ts';
import { inOrder, openMerge } from './open-merge.ts';

const mayMountHere = await mayMount();
const csv = `title,name,phone,email,web,street,city\n${'Dr.,Anna,1,a@b,w,s,c\n'.repeat(3)}`;

/** A renderer whose directory for temporary files has a disk of its own, with a template. */
async function openOnDisk() {
  const disk = await mountTmpfs(64 * 1024 * 1024);
  onTestFinished(() => disk.unmount());
  const opened = await openRendererForTest({ slots: 2, temporaryDirectory: disk.directory });
  const { merge, leftBeside } = await openMerge(opened.renderer, 'business-card.sla');
  const ballast = join(disk.directory, 'ballast');
  return {
    renderer: opened.renderer,
    merge: async () => await inOrder(await merge(csv, { failOn: [] })),
    fill: async (freeBytes: number) => {
      const { bavail, bsize } = await statfs(disk.directory);
      const file = await open(ballast, 'w');
      await file.write(Buffer.alloc(bavail * bsize - freeBytes));
      await file.close();
    },
    empty: () => rm(ballast),
    expectNothingLeft: async () => {
      expect(await opened.processes()).toEqual([]);
      expect((await opened.temporaryFiles()).filter((name) => name !== 'ballast')).toEqual([]);
      expect(await leftBeside()).toEqual([]);
    },
  };
}

const outcomeOf = (document: MergedDocument) =>
  document.status === 'failed' ? document.error.code : `${document.status}, ${document.path}`;

// From not even a byte to room for the directories of some, and not for what Scribus writes into them.
it.skipIf(!mayMountHere).each([0, 8, 16])(
  'makes what it can when the disk is full while the template opens, says what it can not, and recovers: %s KiB left (needs the right to mount)',
  async (kib) => {
    const { renderer, merge, fill, empty, expectNothingLeft } = await openOnDisk();
    await renderer.warmUp();
    await fill(kib * 1024);

    const documents = await merge();

    const mayBe = ['rendered, fast', 'rendered, xml', 'OUTPUT_UNWRITABLE'];
    for (const document of documents) expect(mayBe).toContain(outcomeOf(document));
    if (kib === 0) {
      for (const document of documents) {
        expect(document).toMatchObject({ status: 'failed', path: 'xml', pathReason: expect.any(String) });
        expect(document).toMatchObject({ error: { message: expect.stringMatching(/[Ww]rit/) } });
      }
    }
    await expectNothingLeft();

    await empty();
    expect((await merge()).map(outcomeOf)).toEqual(['rendered, fast', 'rendered, fast', 'rendered, fast']);
    await expectNothingLeft();
  },
);
