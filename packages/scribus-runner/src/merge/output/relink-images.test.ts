import { expect, it } from 'vitest';
import { relinkImages } from './relink-images.ts';

it('leads images from the new folder to the old one, and nothing else', () => {
  const document =
    '<A PFILE="images/a &amp; b.png" CH=" PFILE=&quot;x&quot;"/><A\nPFILE2="c.png" PFILE="/d.png"/><A PFILE="" PFILE3="C:\\e"/>';

  expect(relinkImages(document, '../R & D')).toBe(
    '<A PFILE="../R &amp; D/images/a &amp; b.png" CH=" PFILE=&quot;x&quot;"/><A\nPFILE2="../R &amp; D/c.png" PFILE="/d.png"/><A PFILE="" PFILE3="C:\\e"/>',
  );
  expect(relinkImages(document, '')).toBe(document);
});
