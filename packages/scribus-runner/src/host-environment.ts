import process from 'node:process';

// What the programs that we start may see of the host's environment. Everything else stays here, secrets included.
const passedOn = ['PATH', 'TZ', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'FONTCONFIG_SYSROOT'] as const;

/**
 * The part of the host's environment that started programs get, in one locale everywhere, so that a
 * document comes out the same everywhere.
 */
export function hostEnvironment(): Readonly<Record<string, string>> {
  // Qt, on which Scribus is built, would else write the same things in another order in each process.
  const environment: Record<string, string> = { QT_HASH_SEED: '0', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
