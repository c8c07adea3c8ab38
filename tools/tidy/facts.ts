import ts from 'typescript';

import type { SourceText } from './workspace.js';

/** What the checks need to know of one file. */
export interface Facts {
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  /** Lines of `export … from`, and of exports of an imported name. */
  readonly reExports: readonly number[];
  readonly defaultExports: readonly number[];
  /** Lines of `async`, `await`, `for await` and the name `Promise`. */
  readonly awaits: readonly number[];
  /** Uses of the process, the clock, randomness and `import.meta`. */
  readonly ambient: readonly { readonly name: string; readonly line: number }[];
  readonly longFunctions: readonly { readonly name: string; readonly line: number; readonly lineCount: number }[];
  /** Tables called `…ERROR_CODES`, with their entries. */
  readonly errorTables: readonly ErrorTable[];
}

/** A module that a file names, statically or dynamically, for values or for types. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Whether nothing is left of it in JavaScript (`import type`). */
  readonly erased: boolean;
}

/** A literal table from code to meaning. */
export interface ErrorTable {
  readonly line: number;
  readonly codes: ReadonlyMap<string, string>;
}

/** Longest function, in lines, that is not reported. */
export const FUNCTION_LINES_MAX = 70;

/** Reads one file. The syntax alone is looked at; no types are resolved. */
export function readFacts({ path, text }: SourceText): Facts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const facts = {
    path,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: [] as Import[],
    reExports: [] as number[],
    defaultExports: [] as number[],
    awaits: [] as number[],
    ambient: [] as { name: string; line: number }[],
    longFunctions: [] as { name: string; line: number; lineCount: number }[],
    errorTables: [] as ErrorTable[],
  };
  const imported = new Set<string>();
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const endOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getEnd()).line + 1;

  const visit = (node: ts.Node): void => {
    const line = lineOf(node);
    if (ts.isImportDeclaration(node)) {
      addImport(node.moduleSpecifier, { line, erased: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword });
      for (const name of importedNames(node)) imported.add(name);
    } else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier !== undefined) {
        addImport(node.moduleSpecifier, { line, erased: node.isTypeOnly });
        facts.reExports.push(line);
      } else if (node.exportClause !== undefined && ts.isNamedExports(node.exportClause)) {
        for (const element of node.exportClause.elements) {
          if (imported.has((element.propertyName ?? element.name).text)) facts.reExports.push(lineOf(element));
          if (element.name.text === 'default') facts.defaultExports.push(lineOf(element));
        }
      }
    } else if (ts.isExportAssignment(node)) {
      facts.defaultExports.push(line);
    } else if (node.kind === ts.SyntaxKind.DefaultKeyword && isModifier(node)) {
      facts.defaultExports.push(line);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      if (node.arguments[0] !== undefined) addImport(node.arguments[0], { line, erased: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      addImport(node.argument.literal, { line, erased: true });
    } else if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) {
      facts.awaits.push(line);
    } else if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) {
      facts.awaits.push(line);
    } else if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      facts.ambient.push({ name: 'import.meta', line });
    } else if (ts.isIdentifier(node)) {
      if (node.text === 'Promise') facts.awaits.push(line);
      const name = ambientName(node);
      if (name !== undefined) facts.ambient.push({ name, line });
    } else if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && /(^|_)ERROR_CODES$/.test(node.name.text)) {
      const codes = readTable(node.initializer);
      if (codes !== undefined) facts.errorTables.push({ line, codes });
    }
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lineCount = endOf(node) - line + 1;
      if (lineCount > FUNCTION_LINES_MAX) facts.longFunctions.push({ name: functionName(node), line, lineCount });
    }
    ts.forEachChild(node, visit);
  };
  const addImport = (specifier: ts.Node, rest: Omit<Import, 'specifier'>): void => {
    if (ts.isStringLiteralLike(specifier)) facts.imports.push({ specifier: specifier.text, ...rest });
  };
  visit(source);
  return facts;
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const names = bindings === undefined ? [] : ts.isNamespaceImport(bindings) ? [bindings.name] : bindings.elements.map((element) => element.name);
  return [importClause?.name, ...names].flatMap((name) => (name === undefined ? [] : [name.text]));
}

function isModifier(node: ts.Node): boolean {
  return ts.canHaveModifiers(node.parent) && (ts.getModifiers(node.parent)?.some((modifier) => modifier === node) ?? false);
}

/** The process, the clock or randomness that an identifier stands for when it is used as a value. */
function ambientName(node: ts.Identifier): string | undefined {
  const { parent, text } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return undefined;
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent) || isDeclarationName(node)) return undefined;
  if (text === 'process' || text === 'performance') return text;
  if (text === 'Math' && ts.isPropertyAccessExpression(parent) && parent.name.text === 'random') return 'Math.random';
  if (text !== 'Date') return undefined;
  if (ts.isPropertyAccessExpression(parent) && parent.name.text === 'now') return isDefault(parent) ? undefined : 'Date.now';
  return ts.isNewExpression(parent) && (parent.arguments?.length ?? 0) === 0 ? 'new Date' : undefined;
}

/** Whether a value stands in for an argument that was not given: `now = Date.now`, `options.now ?? Date.now`. */
function isDefault(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && parent.right === node;
  return (ts.isParameter(parent) || ts.isBindingElement(parent)) && parent.initializer === node;
}

/** Whether the identifier names a thing of the file's own rather than the global one: a property, a parameter, a binding. */
function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAssignment(parent) || ts.isParameter(parent) || ts.isBindingElement(parent) || ts.isVariableDeclaration(parent)) && parent.name === node;
}

function functionName(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : 'a function';
}

function readTable(initializer: ts.Expression | undefined): Map<string, string> | undefined {
  let value = initializer;
  while (value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))) value = value.expression;
  if (value === undefined || !ts.isObjectLiteralExpression(value)) return undefined;
  const codes = new Map<string, string>();
  for (const property of value.properties) {
    if (!ts.isPropertyAssignment(property) || !ts.isStringLiteralLike(property.initializer)) continue;
    const { name } = property;
    if (ts.isStringLiteralLike(name) || ts.isIdentifier(name)) codes.set(name.text, property.initializer.text);
  }
  return codes;
}
