import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentOf, documents, linkedImage, threePagesWith } from '../fixtures/documents.ts';
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

it('finds as many missing images as a report has room for, and says that there are more', async () => {
  const { render } = await openRendererForTest();
  const long = missing.replace('gone/logo.png', `${'ü'.repeat(2200)}.png`);
  const documentWith = (frames: string) => documentOf(threePagesWith(frame, frames), linkedImage);

  const many = await render(documentWith(missing.repeat(1001)), { failOn: [] });
  const longNamed = await render(documentWith(long.repeat(500)), { failOn: [] });

  expect(many.result.findings).toHaveLength(1000);
  expect(many.result.preflight?.cut).toEqual(expect.arrayContaining(['images', 'findings']));
  expect(longNamed.result.preflight?.cut).toEqual(expect.arrayContaining(['images', 'findings']));
  expect(new Set(longNamed.result.findings.map(({ file }) => file))).toEqual(new Set(['ü'.repeat(1024)]));
  expect(JSON.stringify(longNamed.result.preflight).length).toBeLessThan(1024 * 1024);
});

it('takes apart files that are missing and files that are no image, also inside groups', async () => {
  const { render } = await openRendererForTest();
  const broken = (xml: string) => xml.replace('gone/logo.png', 'broken.png');
  const beside = { ...linkedImage, 'broken.png': 'This is no image.' };

  const onPage = await render(documentOf(threePagesWith(frame, broken(missing)), beside), {
    failOn: ['missing-image'],
  });
  const grouped = await render(documentOf(threePagesWith(frame, broken(inGroup)), beside), { failOn: [] });
  const both = render(documentOf(threePagesWith(frame, broken(inGroup)), beside));

  const finding = { check: 'unreadable-image', severity: 'error', page: 1, object: 'logo', file: 'broken.png' };
  expect(onPage.result.findings).toMatchObject([finding]);
  expect(grouped.result.findings).toMatchObject([finding]);
  await expect(both).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED', details: { findings: [finding] } });
});

it('looks at a sound image inside a group without a trace in the output', async () => {
  const { render } = await openRendererForTest();
  const sound = inGroup.replace('gone/logo.png', 'red.png');
  const document = documentOf(threePagesWith(frame, sound), linkedImage);

  const { result } = await render(document, { renditions: [{ kind: 'png' }] });

  expect(result.findings).toEqual([]);
  expect(result.preflight?.images).toMatchObject([{ file: 'red.png', state: 'sound', page: 1, printed: true }]);
});

it.each([
  { where: 'on a page', xml: missing },
  { where: 'inside a group', xml: inGroup },
])('finds an EPS $where whose conversion was ended by a limit of CPU time', async ({ xml }) => {
  const limited = ['sh', '-c', 'ulimit -t 4; exec scribus "$@"', 'sh'];
  const { render } = await openRendererForTest({ scribus: limited });
  const endless = documents.endless.files.find(({ name }) => name === 'endless.eps')?.content ?? '';
  const text = threePagesWith(frame, xml.replace('gone/logo.png', 'endless.eps'));

  const { result } = await render(documentOf(text, { 'endless.eps': endless }), { failOn: [] });

  expect(result.findings).toMatchObject([{ check: 'unreadable-image', page: 1, file: 'endless.eps' }]);
});
