import { expect, it } from 'vitest';
import { openTakenOverRenderer, ways } from './taken-over.ts';

// What a document's process says when the document has taken it over, after the script has told of its sandbox.
const nothingProtects =
  '{"noNewPrivileges": False, "landlock": 0, "allThreads": False, "seccomp": False, "limits": False, "bubblewrap": False}';
const hello = `scribus.say(type="hello", protocol=2, scribus="9.9.9", pid=1, protections=${nothingProtects})`;
const opened = 'scribus.say(type="opened", pages=[{"widthPt": 8, "heightPt": 8}])';
const preflight = 'scribus.say(type="preflight", images=[], fonts=[], overset=[], profiles=[], cut=[])';
const exporting = 'scribus.say(type="exporting")';

const lies = [
  { what: 'who it is', says: [hello], answer: 'hello' },
  { what: 'what protects it', says: [`scribus.say(type="protected", protections=${nothingProtects})`], answer: 'protected' },
  { what: 'where fonts lie', says: ['scribus.say(type="libraries", fonts=[], profiles=[])'], answer: 'libraries' },
  {
    what: 'where fonts lie, once the document is open',
    says: [opened, 'scribus.say(type="libraries", fonts=[], profiles=[])'],
    answer: 'libraries',
  },
  { what: 'that no sandbox can be had', says: ['scribus.say(type="failed", kind="sandbox", message="")'], answer: 'failed' },
  { what: 'that it is open twice', says: [opened, opened], answer: 'opened' },
  { what: 'nothing of the document check', says: [opened, exporting], answer: 'exporting' },
  { what: 'that it exports once more', says: [opened, preflight, exporting, exporting], answer: 'exporting' },
  { what: 'that it is done before it has begun', says: [opened, preflight, 'scribus.say(type="done")'], answer: 'done' },
  { what: 'something without its fields', says: ['scribus.say(type="opened")'], answer: '{"type": "opened"}' },
];

it.each(ways)('believes no document that speaks out of turn, $way', { timeout: 120_000 }, async (way) => {
  const renderer = await openTakenOverRenderer(way);
  // Now the runner knows where this Scribus' fonts lie, if it is one that stays.
  await expect(renderer.attack('scribus.say(type="failed", kind="open", message="no")')).rejects.toMatchObject({
    code: 'DOCUMENT_UNREADABLE',
  });
  const before = await renderer.renderer.health();
  const servers = await renderer.servers();

  for (const { what, says, answer } of lies) {
    const attack = renderer.attack([...says, 'scribus.wait()'].join('\n'));

    await expect(attack, what).rejects.toMatchObject({ code: 'RENDERER_CRASHED', details: { answer } });
  }

  expect(await renderer.renderer.health()).toEqual(before);
  expect(await renderer.servers()).toEqual(servers);
  expect(await renderer.processes()).toEqual([]);
});

it('repeats no more than the beginning of what a document gives for a reason', async () => {
  const { attack } = await openTakenOverRenderer(ways[0]);
  const program = `${opened}\nscribus.say(type="failed", kind="export", message="x" * 5_000_000)`;

  const error: unknown = await attack(program).catch((reason: unknown) => reason);

  expect(error).toMatchObject({ code: 'RENDER_FAILED' });
  expect(String(error).length).toBeLessThan(2000);
});
