import process from 'node:process';
import { expect, it } from 'vitest';
import { openTakenOverRenderer, ways } from './taken-over.ts';

// What a document's process says when the document has taken it over, after the script has told of its sandbox.
const nothingProtects =
  '{"noNewPrivileges": False, "landlock": 0, "allThreads": False, "seccomp": False, "limits": False, "bubblewrap": False}';
const hello = `scribus.say(type="hello", protocol=2, scribus="9.9.9", pid=1, protections=${nothingProtects})`;
const opened = 'scribus.say(type="opened", pages=[{"widthPt": 8, "heightPt": 8}])';
const preflight =
  'scribus.say(type="preflight", images=[], fonts=[], overset=[], profiles=[], outputProfiles=[], cut=[])';
const exporting = 'scribus.say(type="exporting")';

const lies = [
  { what: 'who it is', says: [hello], answer: 'hello' },
  {
    what: 'what protects it',
    says: [`scribus.say(type="protected", protections=${nothingProtects})`],
    answer: 'protected',
  },
  { what: 'where fonts lie', says: ['scribus.say(type="libraries", fonts=[], profiles=[])'], answer: 'libraries' },
  {
    what: 'where fonts lie, once the document is open',
    says: [opened, 'scribus.say(type="libraries", fonts=[], profiles=[])'],
    answer: 'libraries',
  },
  {
    what: 'that no sandbox can be had',
    says: ['scribus.say(type="failed", kind="sandbox", message="")'],
    answer: 'failed',
  },
  { what: 'that it is open twice', says: [opened, opened], answer: 'opened' },
  { what: 'nothing of the document check', says: [opened, exporting], answer: 'exporting' },
  { what: 'that it exports once more', says: [opened, preflight, exporting, exporting], answer: 'exporting' },
  {
    what: 'that it is done before it has begun',
    says: [opened, preflight, 'scribus.say(type="done")'],
    answer: 'done',
  },
  { what: 'something without its fields', says: ['scribus.say(type="opened")'], answer: '{"type": "opened"}' },
];

it.each(ways)('believes no document that speaks out of turn, $way', { timeout: 120_000 }, async (way) => {
  const renderer = await openTakenOverRenderer(way);
  // Now the runner knows where this Scribus' fonts lie, if it is one that stays.
  await expect(renderer.attack('scribus.say(type="failed", kind="open", message="no")')).rejects.toMatchObject({
    code: 'DOCUMENT_UNREADABLE',
  });
  const before = await renderer.renderer.health();
  const servers = await renderer.servers();

  for (const { what, says, answer } of lies) {
    const error: unknown = await renderer
      .attack([...says, 'scribus.wait()'].join('\n'))
      .catch((reason: unknown) => reason);

    expect({ what, error }).toMatchObject({ what, error: { code: 'RENDERER_CRASHED', details: { answer } } });
  }

  expect(await renderer.renderer.health()).toEqual(before);
  expect(await renderer.servers()).toEqual(servers);
  expect(await renderer.processes()).toEqual([]);
});

it('repeats no more than the beginning of what a document gives for a reason', async () => {
  const { attack } = await openTakenOverRenderer(ways[0]);
  const program = `${opened}\nscribus.say(type="failed", kind="export", message="x" * 5_000_000)`;

  const error: unknown = await attack(program).catch((reason: unknown) => reason);

  expect(error).toMatchObject({ code: 'RENDER_FAILED' });
  expect(String(error).length).toBeLessThan(2000);
});

/** Reaches for the memory of the process that it was forked from, and of all that it sees under bubblewrap. */
const intoMemory = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
address = ctypes.addressof(scribus.memory)

class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

def write_by_call(pid):
    here = ctypes.create_string_buffer(b"reached!!")
    pieces = [ctypes.byref(Piece(ctypes.addressof(here), 9)), ctypes.byref(Piece(address, 9))]
    number = 311 if os.uname().machine == "x86_64" else 271
    if libc.syscall(number, ctypes.c_long(pid), pieces[0], ctypes.c_long(1), pieces[1], ctypes.c_long(1), ctypes.c_long(0)) < 0:
        raise OSError(ctypes.get_errno(), "process_vm_writev")

def attempt(name, pid, action):
    try:
        action()
        print(name, pid, "worked")
    except OSError:
        print(name, pid, "refused")

others = [os.getppid()]
try:
    others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()] if ALL else others
except OSError:
    pass
for pid in others:
    attempt("memory", pid, lambda: os.open(f"/proc/{pid}/mem", os.O_RDWR))
    attempt("call", pid, lambda: write_by_call(pid))
    if pid != 1:
        attempt("read", pid, lambda: os.open(f"/proc/{pid}/mem", os.O_RDONLY))
        attempt("descriptors", pid, lambda: os.readlink(f"/proc/{pid}/fd/0"))
print("processes", len(others), flush=True)
# What was printed is read to its end only when the process has ended.
os._exit(3)
`;

const logOf = async (attack: Promise<unknown>): Promise<string> => {
  const error = (await attack.catch((reason: unknown) => reason)) as { readonly details?: { readonly log?: string } };
  return error.details?.log ?? '';
};

it.each(ways)('lets no document into the memory of the processes around it, $way', async (way) => {
  const { attack } = await openTakenOverRenderer(way);
  const inBubblewrap = way.words.length > 0;

  const log = await logOf(attack(intoMemory.replace('ALL', inBubblewrap ? 'True' : 'False')));

  expect(log).toMatch(/memory \d+ refused/);
  expect(log).not.toContain('worked');
  // Under bubblewrap: its own first process, the one from which the job was forked, and the one that watches the line.
  expect(log).toContain(`processes ${inBubblewrap ? 3 : 1}`);
});

// Some systems let nobody else do that, with or without a sandbox.
it.skipIf(process.getuid?.() !== 0)(
  'would let it there without a sandbox (left out where the user is not root)',
  async () => {
    const { attack } = await openTakenOverRenderer({ ...ways[0], options: { mode: 'warm', sandbox: 'off' } });

    const log = await logOf(attack(intoMemory.replace('ALL', 'False')));

    expect(log.match(/worked/g)).toHaveLength(4);
  },
);

const fork = (count: number, work: string) => `
import os, time
for _ in range(${count}):
    if os.fork() == 0:
        ${work}
        scribus.wait()
scribus.wait()
`;

it.each(ways)('ends a document that multiplies when Ghostscript is granted, $way', async (way) => {
  const { attackWithGhostscript, processes } = await openTakenOverRenderer(way);

  await expect(attackWithGhostscript(fork(150, 'pass'))).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit: 'processes', processes: 64 },
  });
  expect(await processes()).toEqual([]);
});

it.each(ways)('counts the memory of all its processes together, $way', async ({ options, ...way }) => {
  const limits = { memoryBytes: 256 * 1024 ** 2 };
  const { attackWithGhostscript, processes } = await openTakenOverRenderer({ ...way, options: { ...options, limits } });

  // Each has less than it may.
  await expect(attackWithGhostscript(fork(4, 'memory = b"x" * (100 * 1024 ** 2)'))).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit: 'memoryBytes', memoryBytes: 256 * 1024 ** 2, stage: 'opening' },
  });
  expect(await processes()).toEqual([]);
});

const writeFiles = (count: number, bytes: number) => `
import os
for number in range(${count}):
    with open(os.path.join(os.environ["TMPDIR"], str(number)), "wb") as file:
        file.write(bytes(${bytes}))
scribus.wait()
`;

it.each([
  { what: 'in number', program: writeFiles(20_500, 0), details: { limit: 'files', files: 20_000 } },
  {
    what: 'in size',
    // Each has less than it may.
    program: writeFiles(80, 1_000_000),
    details: { limit: 'outputBytes', outputBytes: 1024 ** 2, stage: 'opening' },
  },
])('counts all files of a document together, $what', async ({ program, details }) => {
  const options = { mode: 'warm', limits: { outputBytes: 1024 ** 2 } } as const;
  const { attack, temporaryFiles } = await openTakenOverRenderer({ ...ways[0], options });

  await expect(attack(program)).rejects.toMatchObject({ code: 'RENDER_LIMIT', details });
  expect((await temporaryFiles()).filter((name) => name.startsWith('pubpipe-render-'))).toEqual([]);
});
