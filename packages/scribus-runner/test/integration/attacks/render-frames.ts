import { join } from 'node:path';
import type { Aim, Attack, AttackingDocument } from './attack.ts';
import { documentWith, imageFrame } from './frames.ts';

const script = 'attack.sh';

/** A document with a render frame; what of it a renderer may run stands in the document itself. */
function commanding(
  { inputDirectory }: Aim,
  commands: string,
  { configuration = join(inputDirectory, 'document.sla'), change = (text: string) => text } = {},
): AttackingDocument {
  const opening = imageFrame.replace('PTYPE="2"', 'PTYPE="9"').replace('/>', '>');
  const latex = `<LATEX ConfigFile="${configuration}" DPI="0" USE_PREAMBLE="1">x</LATEX>`;
  const text = documentWith(change(`${opening}${latex}</PAGEOBJECT>`)).replace(
    '<DOCUMENT ',
    `<editorsettings description="x" icon="x"><executable command="/bin/sh ${join(inputDirectory, script)}"/>` +
      '<imagefile extension=".png"/></editorsettings><DOCUMENT ',
  );
  return { text, beside: { [script]: commands } };
}

const touching = ({ target }: Aim) => `: > '${target.marker}'`;
const renderFrame = { reason: 'render-frame', element: 'PAGEOBJECT', at: 'ANNAME="logo"' } as const;

/** Ways to name the configuration of a render frame. */
const configurations: readonly Attack[] = [
  { name: 'by its absolute path', path: ({ inputDirectory }: Aim) => join(inputDirectory, 'document.sla') },
  {
    name: 'by a path that climbs',
    path: ({ inputDirectory }: Aim) => `${'../'.repeat(32)}${join(inputDirectory, 'document.sla').slice(1)}`,
  },
  {
    name: 'by the working directory of the process',
    path: ({ inputDirectory }: Aim) =>
      `/proc/self/cwd/${'../'.repeat(32)}${join(inputDirectory, 'document.sla').slice(1)}`,
  },
].map(({ name, path }) => ({
  name: `runs a command of a render frame whose configuration is the document itself, ${name}`,
  make: (aim) => commanding(aim, touching(aim), { configuration: path(aim) }),
  // A frame of this kind is refused by its number already, the configuration by its element.
  screening: renderFrame,
  harm: 'written',
}));

/** Ways to hide that a frame is a render frame. */
const spellings: readonly Attack[] = [
  { name: 'PTYPE=" +09"', from: 'PTYPE="9"', to: 'PTYPE=" +09"' },
  { name: 'PTYPE="&#57;"', from: 'PTYPE="9"', to: 'PTYPE="&#57;"' },
  { name: 'MASTEROBJECT', from: 'PAGEOBJECT', to: 'MASTEROBJECT', element: 'MASTEROBJECT' },
  { name: 'x:PAGEOBJECT', from: 'PAGEOBJECT', to: 'x:PAGEOBJECT', element: 'x:PAGEOBJECT', reason: 'namespace' },
].map(({ name, from, to, element = 'PAGEOBJECT', reason = 'render-frame' }) => ({
  name: `runs a command of a render frame that is spelt ${name}`,
  make: (aim) =>
    commanding(aim, touching(aim), {
      change: (text) => text.replaceAll(from, to).replace('<x:PAGEOBJECT ', '<x:PAGEOBJECT xmlns:x="y" '),
    }),
  screening: { reason, element, at: 'ANNAME="logo"' },
  harm: 'written',
}));

/** A document whose markup looks like text to whoever takes it for UTF-8. */
function inUtf7(aim: Aim): AttackingDocument {
  const { text, beside = {} } = commanding(aim, touching(aim), { change: (frame) => `@begin@${frame}@end@` });
  const plain = String(text)
    .replaceAll('+', '+-')
    .replace(/^\s*<\?xml[^>]*\?>\s*/, '');
  const hidden = plain.replace(/@begin@(.*)@end@/s, (_, frame: string) => frame.replaceAll('<', '+ADw-'));
  return { text: `<?xml version="1.0" encoding="UTF-7"?>\n${hidden}`, beside };
}

/** What a command can do besides writing a file. */
const perl = (program: string) => `perl -e '${program}'`;
const commands: readonly Attack[] = [
  {
    name: 'connects to a UNIX socket by its path',
    command: ({ target }: Aim) => perl(`use IO::Socket::UNIX; IO::Socket::UNIX->new(Peer => "${target.unixSocket}")`),
    harm: 'connected' as const,
  },
  {
    name: 'connects to a UNIX socket without a path',
    command: ({ target }: Aim) =>
      perl(`use IO::Socket::UNIX; IO::Socket::UNIX->new(Peer => "\\0${target.abstractSocket}")`),
    harm: 'connected' as const,
  },
  {
    name: 'connects by TCP',
    command: ({ target }: Aim) => perl(`use IO::Socket::INET; IO::Socket::INET->new("localhost:${target.tcpPort}")`),
    harm: 'connected' as const,
  },
  {
    name: 'kills a process of somebody else',
    command: ({ target }: Aim) => `kill -9 ${target.bystander()}`,
    harm: 'killed' as const,
  },
  {
    name: 'leaves a process that has left its session',
    command: ({ target }: Aim) => `setsid sh -c ": > '${target.marker}'; exec sleep 1000" & sleep 1000`,
    harm: 'written' as const,
  },
  {
    name: 'leaves a family of processes that has left its session twice',
    command: ({ target }: Aim) =>
      `setsid sh -c 'setsid sh -c "sleep 1000 & sleep 1000 & : > ${target.marker}; wait" & sleep 1000 & wait' & wait`,
    harm: 'written' as const,
  },
].map(({ name, command, harm }) => ({
  name: `runs a command that ${name}`,
  make: (aim) => commanding(aim, command(aim)),
  screening: renderFrame,
  harm,
}));

/** The configurations that Scribus brings start programs by name. */
const programs: readonly Attack[] = ['100_latex.xml', '200_gnuplot.xml', '500_povray.xml'].map((configuration) => ({
  name: `starts the program of Scribus' own ${configuration}`,
  make: (aim) => commanding(aim, '', { configuration }),
  screening: renderFrame,
  harm: 'written',
}));

/** Render frames: any command. */
export const renderFrames: readonly Attack[] = [
  ...configurations,
  ...spellings,
  {
    name: 'runs a command of a render frame that is hidden in UTF-7',
    make: inUtf7,
    screening: { reason: 'encoding', element: null, at: 'encoding=' },
    harm: 'written',
  },
  ...commands,
  ...programs,
];
