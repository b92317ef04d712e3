import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

type Parsed<Flags extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Flags; allowPositionals: true; tokens: true }>
>;

/** Reads flags, each given once unless it is `multiple`, none of them empty. Throws a {@link UsageError}. */
export function parseFlags<Flags extends ParseArgsOptionsConfig>(
  args: readonly string[],
  flags: Flags,
): Pick<Parsed<Flags>, 'values' | 'positionals'> {
  try {
    const parsed = parseArgs({ args: [...args], options: flags, allowPositionals: true, tokens: true });
    const { values, positionals, tokens } = parsed;
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      if (token.value?.trim() === '') throw new UsageError(`${token.rawName} has an empty value.`);
      const { name } = token;
      if (seen.has(name) && flags[name]?.multiple !== true) throw new UsageError(`${token.rawName} is given twice.`);
      seen.add(name);
    }
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
