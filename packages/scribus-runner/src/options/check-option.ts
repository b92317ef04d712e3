import { PubpipeError } from '@pubpipe/core/driver';

/** @throws PubpipeError `INVALID_INPUT` naming the option when `value` is not an integer from `min` to `max`. */
export function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must be an integer from ${min} to ${max}.`, {
    details: { option: name },
  });
}

/** @throws PubpipeError `INVALID_INPUT` naming the option when `value` is none of `words`. */
export function checkWord(name: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must be one of ${words.join(', ')}.`, {
    details: { option: name },
  });
}
