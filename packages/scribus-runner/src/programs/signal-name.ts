import { constants } from 'node:os';

const names = new Map<number, string>(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** The signal of which a program died, from the exit code that a shell or bubblewrap makes of that: 128 and its number. */
export const signalOfExitCode = (exitCode: number): string | undefined => names.get(exitCode - 128);
