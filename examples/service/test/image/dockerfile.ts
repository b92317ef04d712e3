/** One line of a Dockerfile, its continuations included. */
interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** From one FROM to the next. */
export interface Stage {
  /** The image that it begins with. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile into its stages. */
export function readDockerfile(content: string): readonly Stage[] {
  const instructions = content
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Instruction => {
      const [keyword = '', ...text] = line.trim().split(/ +/);
      return { keyword, text: text.join(' ') };
    });
  const begins = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return begins.map((begin, index) => {
    const [from, ...rest] = instructions.slice(begin, begins[index + 1]);
    return { base: from?.text.split(' ')[0] ?? '', instructions: rest };
  });
}

/** What instructions of one keyword say, in order. */
export function textsOf({ instructions }: Stage, keyword: string): readonly string[] {
  return instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);
}

/** The value of an instruction in JSON, such as `CMD ["node"]`. */
export function listOf(stage: Stage, keyword: string): readonly string[] {
  return JSON.parse(textsOf(stage, keyword).at(-1) ?? '[]') as string[];
}
