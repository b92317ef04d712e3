import { readFile } from 'node:fs/promises';

/** The commands of a Markdown file that can be pasted as they are: its blocks in `sh`, below one heading where one is named. */
export async function readCommands(file: string, { heading }: { readonly heading?: string } = {}): Promise<string> {
  const text = await readFile(file, 'utf8');
  const section = heading === undefined ? text : sectionOf(text, heading);
  const blocks = [...section.matchAll(/^```sh\n(?<commands>.*?)^```$/gms)].map(
    ({ groups }) => groups?.['commands'] ?? '',
  );
  if (blocks.length === 0)
    throw new Error(`${file} has no block in sh${heading === undefined ? '' : ` below "${heading}"`}.`);
  return blocks.join('\n');
}

function sectionOf(text: string, heading: string): string {
  const [, ...sections] = text.split(/^## /m);
  const section = sections.find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`There is no heading "${heading}".`);
  return section;
}
