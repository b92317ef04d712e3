import { mulberry32 } from '../../packages/core/src/testing/job-store/mulberry32.ts';

/** Choices that a seed decides. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** One of them, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): readonly T[];
}

/** Makes a source of choices; the same seed makes the same ones. */
export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    weighted(choices) {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      const found = choices.find(([weight]) => {
        left -= weight;
        return left < 0;
      });
      const [, choice] = found ?? choices.at(-1) ?? [];
      if (choice === undefined) throw new RangeError('There is no choice.');
      return choice;
    },
    shuffled(items) {
      const result = [...items];
      for (let index = result.length - 1; index > 0; index -= 1) {
        const other = between(0, index);
        [result[index], result[other]] = [result[other] as never, result[index] as never];
      }
      return result;
    },
  };
}
