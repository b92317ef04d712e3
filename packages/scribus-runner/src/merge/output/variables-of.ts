import { splitAtVariables } from '../template/variables.ts';

/** The columns that a pattern of names has. */
export const variablesOf = (pattern: string): readonly string[] =>
  splitAtVariables(pattern).flatMap((piece) =>
    piece.kind === 'variable' && piece.name !== 'COUNT' ? [piece.name] : [],
  );
