// The blocks of code in our texts and doc comments, as programs that a compiler can check.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { listFiles, readMarkdown } from './read-markdown.mjs';
import { root } from './workspace-packages.mjs';

const exported = /^export (?:declare )?(?:abstract )?(?:async )?(function|class|const|interface|type) (\w+)/gm;
const blockInComment = /^[ \t]*\* ```(\w+)[^\n]*\n((?:[ \t]*\*(?! ```)[^\n]*\n)*)[ \t]*\* ```$/gm;

/** All blocks of code of the repository: `{ file, line, language, words, code }`. */
export function listCodeBlocks() {
  const inTexts = listFiles('.md').flatMap((file) =>
    readMarkdown(read(file)).blocks.map((block) => ({ file, ...block })),
  );
  const sources = listFiles('.ts').filter((file) => /^packages\/[^/]+\/src\//.test(file));
  return [...inTexts, ...sources.flatMap((file) => blocksOfComments(file, read(file)))];
}

/** The blocks of code in the doc comments of a source file, each of which sees what that file exports. */
export function blocksOfComments(file, text) {
  const from = `./${posix.basename(file)}`;
  const given = [...text.matchAll(exported)].map(([, kind, name]) => [
    name,
    `import ${kind === 'interface' || kind === 'type' ? 'type ' : ''}{ ${name} } from '${from}';`,
  ]);
  return [...text.matchAll(blockInComment)].map((match) => ({
    file,
    language: match[1],
    words: [],
    code: match[2].replace(/^[ \t]*\* ?/gm, ''),
    line: text.slice(0, match.index).split('\n').length + 1,
    given,
  }));
}

/**
 * The blocks of TypeScript as modules, by the paths they are to be seen under. A block sees what the blocks above it in the
 * same text have imported, as its reader does; that is put behind it, where it moves no line.
 */
export function toModules(blocks) {
  const modules = new Map();
  const importsOf = new Map();
  for (const block of blocks.filter(({ language }) => language === 'ts')) {
    const seen = importsOf.get(block.file) ?? new Map(block.given);
    importsOf.set(block.file, seen);
    const source = ts.createSourceFile('block.ts', block.code, ts.ScriptTarget.Latest);
    const own = new Set(source.statements.flatMap(declaredNames));
    const carried = [...seen].filter(([name]) => !own.has(name)).map(([, statement]) => statement);
    for (const [name, statement] of source.statements.flatMap(importedNames)) seen.set(name, statement);
    const path = `${block.file}.block-${block.line}.ts`;
    modules.set(path, { ...block, code: [block.code, ...carried, 'export {};', ''].join('\n') });
  }
  return modules;
}

/** Each name that an import brings, with a statement that imports it alone. */
function importedNames(statement) {
  if (!ts.isImportDeclaration(statement)) return [];
  const { importClause: clause, moduleSpecifier } = statement;
  const from = JSON.stringify(moduleSpecifier.text);
  const named = clause?.namedBindings?.elements ?? [];
  return [
    ...(clause?.name === undefined ? [] : [[clause.name.text, `import ${clause.name.text} from ${from};`]]),
    ...named.map((element) => {
      const kind = clause.phaseModifier === ts.SyntaxKind.TypeKeyword || element.isTypeOnly ? 'import type' : 'import';
      const { text } = element.name;
      const spelled = element.propertyName === undefined ? text : `${element.propertyName.text} as ${text}`;
      return [text, `${kind} { ${spelled} } from ${from};`];
    }),
  ];
}

function declaredNames(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  if (statement.name !== undefined) return [statement.name.text];
  return importedNames(statement).map(([name]) => name);
}

function boundNames(name) {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}
