/**
 * The language of the shell in memory, the part of POSIX that command lines are made of:
 *
 *     list     = pipeline *( ("&&" / "||" / ";" / newline) pipeline )
 *     pipeline = command *( "|" command )
 *     command  = *( NAME "=" word ) *( word / redirect )
 *     redirect = [ "2" ] ( ">" / ">>" / "<" ) word  /  "2>&1"
 *
 * Words know single and double quotes, backslashes, `$NAME`, `${NAME}` and `$?`. There are no subshells, loops or functions.
 */

/** A piece of a word; only those not in single quotes have variables in them. */
export interface WordPart {
  readonly text: string;
  readonly expands: boolean;
  /** Whether what a variable gives may be split into words. */
  readonly isQuoted: boolean;
}

/** A word before its variables are put in. */
export type Word = readonly WordPart[];

/** Where output goes or input comes from. */
export interface Redirect {
  readonly kind: 'read' | 'write' | 'append' | 'join';
  readonly stream: 1 | 2;
  readonly target: Word;
}

/** A command with its variables and redirects. */
export interface SimpleCommand {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** A pipeline, and when it is run. */
export interface Pipeline {
  readonly when: 'always' | 'and' | 'or';
  readonly commands: readonly SimpleCommand[];
}

/** Text that cannot be read as a command line. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  /** Stable. */
  readonly code = 'shell-syntax';
}

type Token = { readonly kind: 'operator'; readonly text: string } | { readonly kind: 'word'; readonly parts: Word; readonly source: string };

/** The pipelines of a text. @throws {ShellSyntaxError} */
export function parseLine(text: string): Pipeline[] {
  const tokens = tokenize(text);
  const pipelines: Pipeline[] = [];
  let when: Pipeline['when'] = 'always';
  let commands: SimpleCommand[] = [];
  let current: Token[] = [];
  const endCommand = (needsOne: boolean): void => {
    if (current.length > 0) commands.push(readCommand(current));
    else if (needsOne) throw new ShellSyntaxError('A command is missing.');
    current = [];
  };
  for (const token of tokens) {
    if (token.kind === 'word' || /[<>]/.test(token.text)) {
      current.push(token);
    } else if (token.text === '|') {
      endCommand(true);
    } else {
      endCommand(token.text !== ';' || commands.length > 0);
      if (commands.length > 0) pipelines.push({ when, commands });
      commands = [];
      when = token.text === '&&' ? 'and' : token.text === '||' ? 'or' : 'always';
    }
  }
  endCommand(commands.length > 0 || when !== 'always');
  if (commands.length > 0) pipelines.push({ when, commands });
  return pipelines;
}

function readCommand(tokens: readonly Token[]): SimpleCommand {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === 'operator') {
      const stream = token.text.startsWith('2') ? 2 : 1;
      const sign = token.text.replace(/^\d/, '');
      if (sign === '>&1') {
        redirects.push({ kind: 'join', stream: 2, target: [] });
        continue;
      }
      const target = tokens[++at];
      if (target?.kind !== 'word') throw new ShellSyntaxError(`"${token.text}" needs a file.`);
      redirects.push({ kind: sign === '<' ? 'read' : sign === '>>' ? 'append' : 'write', stream, target: target.parts });
      continue;
    }
    const name = words.length === 0 ? /^([A-Za-z_]\w*)=/.exec(token.source)?.[1] : undefined;
    if (name === undefined) words.push(token.parts);
    else assignments.push({ name, value: withoutName(token.parts, name.length + 1) });
  }
  return { assignments, words, redirects };
}

function withoutName([first, ...rest]: Word, size: number): Word {
  return first === undefined ? [] : [{ ...first, text: first.text.slice(size) }, ...rest];
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let parts: WordPart[] | undefined;
  let source = '';
  const add = (part: WordPart): void => {
    const last = parts?.at(-1);
    if (last !== undefined && last.expands === part.expands && last.isQuoted === part.isQuoted) parts![parts!.length - 1] = { ...last, text: last.text + part.text };
    else (parts ??= []).push(part);
    source += part.text;
  };
  const end = (): void => {
    if (parts !== undefined) tokens.push({ kind: 'word', parts, source });
    parts = undefined;
    source = '';
  };
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const operator = /^(?:&&|\|\||2>&1|2>>|2>|>>|>|<|\||;|\n)/.exec(rest)?.[0];
    const isDigitInWord = operator?.startsWith('2') === true && parts !== undefined;
    if (operator !== undefined && !isDigitInWord) {
      end();
      tokens.push({ kind: 'operator', text: operator === '\n' ? ';' : operator });
      at += operator.length;
    } else if (/^\s/.test(rest)) {
      end();
      at++;
    } else if (rest.startsWith('#') && parts === undefined) {
      at += /^[^\n]*/.exec(rest)![0].length;
    } else if (rest.startsWith("'")) {
      const close = text.indexOf("'", at + 1);
      if (close < 0) throw new ShellSyntaxError('A single quote is not closed.');
      add({ text: text.slice(at + 1, close), expands: false, isQuoted: true });
      at = close + 1;
    } else if (rest.startsWith('"')) {
      at = readQuoted(text, at + 1, add);
    } else if (rest.startsWith('\\')) {
      if (rest[1] !== '\n') add({ text: rest[1] ?? '\\', expands: false, isQuoted: true });
      at += 2;
    } else {
      add({ text: text[at]!, expands: true, isQuoted: false });
      at++;
    }
  }
  end();
  return tokens;
}

/** Reads up to the closing double quote, and gives where it goes on. */
function readQuoted(text: string, start: number, add: (part: WordPart) => void): number {
  add({ text: '', expands: true, isQuoted: true });
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return at + 1;
    if (character === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      at++;
      if (text[at] !== '\n') add({ text: text[at]!, expands: false, isQuoted: true });
    } else {
      add({ text: character, expands: true, isQuoted: true });
    }
  }
  throw new ShellSyntaxError('A double quote is not closed.');
}
