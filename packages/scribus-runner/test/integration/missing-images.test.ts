import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentOf, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

const frame = /<PAGEOBJECT [^>]*ANNAME="logo".*?<\/PAGEOBJECT>|<PAGEOBJECT [^>]*ANNAME="logo"[^>]*\/>/s;
const imageFrame = frame.exec(threePagesWith('ANNAME="logo"', 'ANNAME="logo" '))?.[0] ?? '';
const missing = imageFrame.replace('PFILE="red.png"', 'PFILE="gone/logo.png"');
const inGroup = `<PAGEOBJECT XPOS="120" YPOS="100" OwnPage="0" ItemID="7" PTYPE="12" WIDTH="60" HEIGHT="60" FRTYPE="0"
  CLIPEDIT="0" ANNAME="group" groupWidth="60" groupHeight="60" groupClips="1" path="M0 0 L60 0 L60 60 L0 60 L0 0 Z"
  copath="M0 0 L60 0 L60 60 L0 60 L0 0 Z" gXpos="120" gYpos="100" gWidth="0" gHeight="0" LAYER="0" NEXTITEM="-1"
  BACKITEM="-1">${missing}</PAGEOBJECT>`;
const onMaster = missing
  .replaceAll('PAGEOBJECT', 'MASTEROBJECT')
  .replace('LAYER="0"', 'LAYER="0" OnMasterPage="Normal"');
const besideThePage = missing.replace('OwnPage="0"', 'OwnPage="-1"').replaceAll('XPOS="120"', 'XPOS="-400"');

it.each([
  { where: 'inside a group', xml: inGroup, finding: { page: 1, object: 'logo', file: 'gone/logo.png' } },
  { where: 'on a master page in use', xml: onMaster, finding: { object: 'logo', file: 'gone/logo.png' } },
])('finds an image that is missing $where', async ({ xml, finding }) => {
  const { render } = await openRendererForTest();

  const { result } = await render(documentOf(threePagesWith(frame, xml), linkedImage), { failOn: [] });

  expect(result.findings).toMatchObject([{ check: 'missing-image', ...finding }]);
});

it('does not miss an image that lies beside the pages, where nothing is printed', async () => {
  const { render } = await openRendererForTest();

  const { result } = await render(documentOf(threePagesWith(frame, besideThePage), linkedImage));

  expect(result.findings).toEqual([]);
});

it('does not miss an image in a group on a master page that no page uses', async () => {
  const { render } = await openRendererForTest();
  const masterGroups = readFileSync(new URL('../fixtures/master-groups.sla', import.meta.url), 'utf8');
  const without = (frameName: string) =>
    masterGroups.replace(/<PAGEOBJECT [^>]*>/g, (tag) =>
      tag.includes(`ANNAME="${frameName}"`) ? tag.replace('PFILE="red.png"', 'PFILE="gone.png"') : tag,
    );

  const unused = await render(documentOf(without('image on Unused'), linkedImage));
  const used = await render(documentOf(without('image on Used'), linkedImage), { failOn: [] });

  expect(unused.result.findings).toEqual([]);
  expect(used.result.findings).toMatchObject([{ object: 'image on Used', file: 'gone.png' }]);
  expect(used.result.findings[0]).not.toHaveProperty('page');
});

it('finds as many missing images as there may be, however long their names are', async () => {
  const { render } = await openRendererForTest();
  const longNamed = missing.replace('gone/logo.png', `${'ü'.repeat(2200)}.png`);
  const document = documentOf(threePagesWith(frame, longNamed.repeat(1001)), linkedImage);

  const { result } = await render(document, { failOn: [] });

  expect(result.findings).toHaveLength(1000);
  expect(new Set(result.findings.map(({ file }) => file))).toEqual(new Set(['ü'.repeat(1024)]));
});
