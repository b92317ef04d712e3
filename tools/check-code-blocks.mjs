// Every block of code in our texts and doc comments is what its language says: TypeScript is checked with the packages' own
// types, JSON and YAML are parsed, and a shell reads its scripts without running them. What a fragment may take for
// given is declared in code-blocks/given.d.ts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { listCodeBlocks, toModules } from './code-blocks.mjs';
import { root } from './workspace-packages.mjs';

const checks = {
  ts: () => [], // together, below
  json: mistakesOf((code) => void JSON.parse(code)),
  yaml: (code) => parseAllDocuments(code).flatMap(({ errors }) => errors.map(({ message }) => message)),
  sh: readByShell,
  // What is typed stands behind a prompt.
  console: (code) => readByShell(code.match(/(?<=^\$ ).*/gm)?.join('\n') ?? 'echo "no prompt'),
  text: () => [],
  '': () => [],
};

const blocks = listCodeBlocks();
const found = [...blocks.flatMap(checkBlock), ...checkTypes(toModules(blocks))];
for (const line of found) console.error(line);
const counts = Object.keys(checks).map(
  (language) => `${language || 'plain'} ${blocks.filter((block) => block.language === language).length}`,
);
console.log(`${blocks.length} blocks of code (${counts.join(', ')}), ${found.length} mistakes`);
process.exitCode = blocks.length > 0 && found.length === 0 ? 0 : 1;

function checkBlock({ file, line, language, code }) {
  const check = checks[language];
  const mistakes = check === undefined ? [`nobody checks blocks of ${language}`] : check(code);
  return mistakes.map((mistake) => `${file}:${line}: ${mistake}`);
}

function mistakesOf(read) {
  return (code) => {
    try {
      read(code);
      return [];
    } catch (error) {
      return [error.message];
    }
  };
}

function readByShell(code) {
  const { status, stderr, error } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? [] : [stderr.trim()];
}

function checkTypes(modules) {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root, undefined, undefined, undefined);
  const byPath = new Map([...modules].map(([path, module]) => [join(root, path), module]));
  const disk = ts.createCompilerHost(options);
  const host = {
    ...disk,
    fileExists: (path) => byPath.has(path) || disk.fileExists(path),
    readFile: (path) => byPath.get(path)?.code ?? disk.readFile(path),
    getSourceFile: (path, ...rest) => {
      const code = byPath.get(path)?.code;
      return code === undefined ? disk.getSourceFile(path, ...rest) : ts.createSourceFile(path, code, ...rest);
    },
  };
  const given = join(root, 'tools', 'code-blocks', 'given.d.ts');
  const program = ts.createProgram([given, ...byPath.keys()], options, host);
  const checked = [...byPath.keys(), given].map((path) => program.getSourceFile(path));
  const diagnostics = [
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ];
  return diagnostics.map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n  ');
    if (file === undefined) return message;
    const line = file.getLineAndCharacterOfPosition(start).line;
    const module = byPath.get(file.fileName);
    return module === undefined
      ? `${file.fileName}:${line + 1}: ${message}`
      : `${module.file}:${module.line + line}: ${message}`;
  });
}
