// Makes sure that the programs this repository starts (Scribus, poppler, Ghostscript) and the fonts
// its documents use are on the machine, and what the services of its tests are made of:
//
//   node tools/system-packages.mjs render s3 scribus-1.6
//
// Plain JavaScript for any Node >= 20, because it may run before the repository's own Node is there.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { postgresFolders } from './postgres-programs.mjs';

/**
 * How each Debian package is recognised: by commands or files it brings, never by asking dpkg, so
 * that a machine of any other make passes too. One of `files` is enough: other systems keep the
 * same fonts elsewhere; a function tells them anew after an install. A document without its fonts is still rendered, with substitutes: fonts
 * that cannot be installed are a warning.
 */
export const knownPackages = {
  scribus: { commands: ['scribus'] },
  'poppler-utils': { commands: ['pdfinfo', 'pdffonts', 'pdfimages', 'pdftoppm', 'pdftotext'] },
  ghostscript: { commands: ['gs'] },
  qpdf: { commands: ['qpdf'] },
  radosgw: { commands: ['radosgw', 'radosgw-admin'] },
  'ceph-mon': { commands: ['ceph-mon', 'monmaptool', 'ceph'] },
  'ceph-osd': { commands: ['ceph-osd'] },
  mmdebstrap: { commands: ['mmdebstrap'] },
  postgresql: { files: () => postgresPrograms('initdb') },
  'redis-server': { commands: ['redis-server'] },
  curl: { commands: ['curl'] },
  jq: { commands: ['jq'] },
  chromium: { commands: ['chromium'] },
  'fonts-dejavu-core': { files: fontFiles('dejavu', 'DejaVuSans.ttf'), optional: true },
  'fonts-liberation': { files: fontFiles('liberation', 'LiberationSans-Regular.ttf'), optional: true },
};

/** The packages each purpose needs. */
export const purposes = {
  render: ['scribus', 'poppler-utils', 'ghostscript', 'qpdf', 'fonts-dejavu-core', 'fonts-liberation'],
  s3: ['radosgw', 'ceph-mon', 'ceph-osd'],
  'scribus-1.6': ['mmdebstrap'],
  postgres: ['postgresql'],
  redis: ['redis-server'],
  join: ['qpdf'],
  // What the commands of the guide are run with.
  guide: ['curl', 'jq'],
  browser: ['chromium'],
  peers: ['qpdf'],
};

/** The purposes that are services of tests, each with the variable that names another one to use instead. */
const nameOfService = {
  s3: 'S3_ENDPOINT',
  'scribus-1.6': 'SCRIBUS_1_6_ROOT',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  browser: 'CHROMIUM_PATH',
};

/** The services that tests make themselves, because the environment names no other. */
export function purposesOfServices(env) {
  return Object.keys(nameOfService).filter((purpose) => !env[nameOfService[purpose]]);
}

const policyFile = '/usr/sbin/policy-rc.d';
const policyMark = '# Written by pubpipe tools/system-packages.mjs while apt-get runs: starts no service.';

function fontFiles(family, file) {
  return [`truetype/${family}`, family, `${family}-sans-fonts`, 'TTF', ''].map((folder) =>
    join('/usr/share/fonts', folder, file),
  );
}

/** Where a program of PostgreSQL's server may be. */
function postgresPrograms(name) {
  return [...postgresFolders(), ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, name));
}

/** The packages of `names` of which nothing, or not everything, is there. */
export function findMissing(names, { hasCommand, hasFile }) {
  return names.filter((name) => {
    const { commands = [], files } = knownPackages[name];
    const places = typeof files === 'function' ? files() : files;
    return !commands.every(hasCommand) || (places !== undefined && !places.some(hasFile));
  });
}

/** What a person who has to install `names` by hand needs to know. */
export function describeMissing(names) {
  const commands = names.flatMap((name) => knownPackages[name].commands ?? []);
  const replaceable = Object.keys(nameOfService).filter((purpose) =>
    purposes[purpose].some((name) => names.includes(name)),
  );
  return [
    `This needs programs or fonts that are not on this machine: ${names.join(', ')} (names of Debian's packages).`,
    `On Debian or Ubuntu, as root: apt-get install --no-install-recommends ${names.join(' ')}`,
    ...(commands.length > 0 ? [`Elsewhere, install what brings these commands: ${commands.join(', ')}`] : []),
    ...replaceable.map(
      (purpose) => `Or name one that you have, for tests to use: ${nameOfService[purpose]} (CONTRIBUTING.md)`,
    ),
  ].join('\n');
}

/** Installs what is missing of `names`; throws with instructions where it cannot. */
export function ensureSystemPackages(names) {
  const missing = findMissing(names, { hasCommand: isOnPath, hasFile: existsSync });
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.error(`Installing Debian packages: ${missing.join(', ')} …`);
    withoutStartingServices(() => {
      if (missing.includes('postgresql')) forbidMainCluster();
      aptInstall(missing);
    });
  }
  const stillMissing = findMissing(names, { hasCommand: isOnPath, hasFile: existsSync });
  if (stillMissing.length === 0) return;
  if (stillMissing.every((name) => knownPackages[name].optional)) {
    console.error(`Without these fonts documents may look different: ${stillMissing.join(', ')}`);
    return;
  }
  throw new Error(describeMissing(stillMissing));
}

function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Old package lists name versions that are gone: so the lists are fetched when an install fails, and not before. */
function aptInstall(names) {
  const install = ['install', '--yes', '--no-install-recommends', ...names];
  if (hasPackageLists() && aptGet(install).status === 0) return;
  const update = aptGet(['update']);
  const result = aptGet(install);
  if (result.status !== 0)
    throw new Error(`${update.output}${result.output}\napt-get failed.\n${describeMissing(names)}`);
}

function hasPackageLists() {
  const folder = '/var/lib/apt/lists';
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('_Packages'));
}

function aptGet(args) {
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  const { status, stdout, stderr, error } = spawnSync('apt-get', [...options, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}` };
}

/**
 * Debian starts a service as soon as its package is installed, unless this policy forbids it. The
 * machine's own policy, if it has one, is left alone; one that a killed run left behind is replaced.
 */
function withoutStartingServices(action) {
  const foreign = existsSync(policyFile) && !readFileSync(policyFile, 'utf8').includes(policyMark);
  if (foreign) return action();
  // While these listeners are there, an interrupt ends apt-get but not this process: the policy is removed.
  const ignoreSignal = () => undefined;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, ignoreSignal);
  try {
    writeFileSync(policyFile, `#!/bin/sh\n${policyMark}\nexit 101\n`, { mode: 0o755 });
    return action();
  } finally {
    rmSync(policyFile, { force: true });
    for (const signal of signals) process.off(signal, ignoreSignal);
  }
}

/** Debian's PostgreSQL makes a database cluster of its own when it is installed, unless this file forbids it. */
function forbidMainCluster() {
  const folder = '/etc/postgresql-common';
  mkdirSync(folder, { recursive: true });
  // A machine that has the file has decided already.
  if (!existsSync(join(folder, 'createcluster.conf'))) {
    writeFileSync(join(folder, 'createcluster.conf'), 'create_main_cluster = false\n');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const purpose of process.argv.slice(2)) {
      if (purposes[purpose] === undefined) throw new Error(`Unknown purpose: ${purpose}`);
      ensureSystemPackages(purposes[purpose]);
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
