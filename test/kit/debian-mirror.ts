import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where this machine gets Debian's packages from. */
export interface DebianMirror {
  readonly uri: string;
  /** What the machine's apt is told about fetching, such as a proxy, in the syntax of apt.conf. */
  readonly aptOptions: readonly string[];
}

/** Reads the mirror from the machine's own configuration of apt, which names one that can be reached from here. */
export async function findDebianMirror(): Promise<DebianMirror> {
  const uri = debianUri(await packageSources()) ?? debianUri(await packageSources({ update: true }));
  if (uri === undefined) throw new Error('The sources of packages of this machine name no Debian mirror.');
  const { stdout } = await run('apt-config', ['dump', 'Acquire']);
  return { uri, aptOptions: fetchOptions(stdout) };
}

/** apt tells of sources only when it has their lists, which images of containers come without. */
async function packageSources({ update = false } = {}): Promise<string> {
  if (update) await run('apt-get', ['-qq', 'update']);
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  return (await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])).stdout;
}

/** The first source of Debian itself, not of its security updates, in lines of `origin|label|uri`. */
export function debianUri(sources: string): string | undefined {
  const fields = sources.split('\n').map((line) => line.split('|'));
  return fields.find(([origin, label]) => origin === 'Debian' && label === 'Debian')?.[2];
}

/** The options of `apt-config dump` that say how to fetch, but not what. */
export function fetchOptions(dump: string): readonly string[] {
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(?:Check-\w[\w-]*|https?::\w[\w:-]*|Retries) "[^"]+";$/.test(line));
}
