import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import ts from 'typescript';

import { ROOT, type Block, type Page } from './page.js';

/** The `ts` blocks of a page that belong together: one that imports begins a program, others go on with it. */
export interface Program {
  readonly page: string;
  readonly blocks: readonly Block[];
}

/** The programs of a page. */
export function programsOf({ name, blocks }: Page): Program[] {
  const programs: { readonly page: string; readonly blocks: Block[] }[] = [];
  for (const block of blocks.filter(({ language, isInert }) => language === 'ts' && !isInert)) {
    const last = programs.at(-1);
    if (last === undefined || block.code.startsWith('import ')) programs.push({ page: name, blocks: [block] });
    else last.blocks.push(block);
  }
  return programs;
}

/** Checks the types of programs against the sources of the packages; gives what is wrong, by line of the page. */
export function typeCheck(programs: readonly Program[]): string[] {
  const sources = new Map(programs.map((program, index) => [join(ROOT, `apps/cli/test/documents/.program-${index}.mts`), program]));
  const { config } = ts.readConfigFile(join(ROOT, 'apps/cli/tsconfig.json'), (path) => ts.sys.readFile(path)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, join(ROOT, 'apps/cli'));
  const settings = { ...options, noEmit: true, noUnusedLocals: false, noUnusedParameters: false, declaration: false, declarationMap: false };
  const host = ts.createCompilerHost(settings);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.readFile = (path) => textOf(sources.get(path)) ?? readFile(path);
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = textOf(sources.get(path));
    return text === undefined ? getSourceFile(path, languageVersion, ...rest) : ts.createSourceFile(path, text, languageVersion);
  };
  const compiler = ts.createProgram([...sources.keys()], settings, host);
  return [...sources].flatMap(([path, program]) => {
    const file = compiler.getSourceFile(path)!;
    return [...compiler.getSyntacticDiagnostics(file), ...compiler.getSemanticDiagnostics(file)].map(({ messageText, start = 0 }) =>
      `${program.page}:${file.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  });
}

/** The text of a program with every line where the page has it. */
function textOf(program: Program | undefined): string | undefined {
  if (program === undefined) return undefined;
  let text = '';
  let line = 1;
  for (const block of program.blocks) {
    text += '\n'.repeat(block.line - line) + block.code;
    line = block.line + block.code.split('\n').length - 1;
  }
  // Without an import it is a module all the same.
  return `${text}\nexport {};\n`;
}

/** A program that runs block by block. */
export interface RunningProgram {
  /** Runs the next block and gives the lines that it printed. */
  step(): Promise<readonly string[]>;
}

type Steps = (console: { log(...values: unknown[]): void }, process: unknown) => AsyncGenerator<undefined, void, void>;

/**
 * Prepares a program. It becomes a generator that yields after each block, so that commands of the page can run in between.
 *
 * @param rewrite changes addresses in the code
 */
export async function startProgram(program: Program, folder: string, rewrite: (code: string) => string): Promise<RunningProgram> {
  const [first, ...rest] = program.blocks;
  const { imports, body } = splitImports(rewrite(first!.code));
  const steps = [body, ...rest.map(({ code }) => rewrite(code))].join('\nyield;\n');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `program-${first!.line}.ts`);
  writeFileSync(path, `${imports}\nexport async function* steps(console, process) {\n${steps}\n}\n`);
  const module = (await import(path)) as { readonly steps: Steps };
  const printed: string[] = [];
  const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
  const shown = Object.create(process, { stdout: { value: quiet }, stderr: { value: quiet } }) as NodeJS.Process;
  const generator = module.steps({ log: (...values) => void printed.push(values.map(String).join(' ')) }, shown);
  return {
    async step() {
      await generator.next();
      return printed.splice(0);
    },
  };
}

function splitImports(code: string): { readonly imports: string; readonly body: string } {
  const file = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022);
  const end = file.statements.filter((statement) => ts.isImportDeclaration(statement)).at(-1)?.end ?? 0;
  return { imports: code.slice(0, end), body: code.slice(end) };
}

/** What the comments `// => …` of a block say that it prints. */
export function expectedLines({ code }: Block): string[] {
  return [...code.matchAll(/\/\/ => (.*)$/gm)].map((match) => match[1]!);
}
