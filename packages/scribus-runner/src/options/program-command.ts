import { resolve } from 'node:path';
import { PubpipeError } from '@pubpipe/core/driver';

/** A program, or a program with its first arguments, such as `['chroot', '/srv/scribus-1.6', 'scribus']`. */
export type ProgramCommand = string | readonly string[];

/**
 * The words of a command.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the option when there are none.
 */
export function toCommand(name: string, command: ProgramCommand): readonly [string, ...string[]] {
  const [program, ...args] = typeof command === 'string' ? [command] : command;
  if (typeof program === 'string' && program !== '') {
    // Programs run in directories of their own, where a relative path would lead nowhere.
    return Object.freeze([program.includes('/') ? resolve(program) : program, ...args] as const);
  }
  throw new PubpipeError('INVALID_INPUT', `The option ${name} must name a program.`, { details: { option: name } });
}
