import { posix } from 'node:path';
import ts from 'typescript';

/**
 * Everything that a source file imports or re-exports, dynamic imports included. A relative `target`
 * is resolved to a path from the repository; `typesOnly` tells that nothing of it is left at run time.
 */
export function listImports(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found = [];
  const add = (specifier, typesOnly) => {
    const line = source.getLineAndCharacterOfPosition(specifier.getStart(source)).line + 1;
    const target = specifier.text.startsWith('.') ? posix.join(posix.dirname(file), specifier.text) : specifier.text;
    found.push({ file, line, target, typesOnly });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteralLike(specifier)) add(specifier, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
