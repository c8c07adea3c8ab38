/**
 * Todo lists of a rebase, as Git writes and reads them:
 *
 *     pick <commit> [# ]<title>          also reword, edit, squash, drop, and by their first letters
 *     fixup [-C | -c] <commit> <title>   -C: its message replaces the one before; -c: and is edited
 *     exec <command>
 *     break                              noop does nothing
 *     label <label>
 *     reset <label or commit> [# title]
 *     merge [-C <commit> | -c <commit>] <label>... [# title]
 *     update-ref <ref>
 *     # a comment, or an empty line
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { COMMENT_PREFIX } from './commit-message.js';

/** What a line of a todo list asks for. */
export type TodoCommand =
  | 'pick' | 'reword' | 'edit' | 'squash' | 'fixup' | 'drop' | 'exec' | 'break' | 'label' | 'reset' | 'merge' | 'update-ref' | 'noop' | 'comment';

/** One line of a todo list. */
export interface TodoItem {
  readonly command: TodoCommand;
  /** The commit that the line is about, as it is written: an id, whole or short, or a revision. */
  readonly commit: string | undefined;
  /** Of `fixup` and `merge`: `C` takes the message of the commit, `c` edits it too. */
  readonly flag: 'C' | 'c' | undefined;
  /** The rest of the line: a title, a command, a label; of a comment the whole line. Lossless text. */
  readonly argument: string;
}

const LETTERS: Readonly<Record<Exclude<TodoCommand, 'comment'>, string | undefined>> = {
  'pick': 'p', 'reword': 'r', 'edit': 'e', 'squash': 's', 'fixup': 'f', 'drop': 'd', 'exec': 'x', 'break': 'b', 'label': 'l', 'reset': 't',
  'merge': 'm', 'update-ref': 'u', 'noop': undefined,
};
const COMMANDS = Object.keys(LETTERS) as (keyof typeof LETTERS)[];

/** How a todo list is written. */
export interface SerializeTodoOptions {
  /** Write commands by their letters (`rebase.abbreviateCommands`). Default: `false`. */
  readonly abbreviatesCommands?: boolean | undefined;
  /** How ids are written. Default: as they are. */
  readonly shortName?: ((commit: string) => string) | undefined;
}

/** An item about a commit. */
export function commitItem(command: TodoCommand, commit: string, argument: string): TodoItem {
  return { command, commit, flag: undefined, argument };
}

/** An item about no commit. */
export function plainItem(command: TodoCommand, argument = ''): TodoItem {
  return { command, commit: undefined, flag: undefined, argument };
}

/** The text of a todo list. */
export function serializeTodo(items: readonly TodoItem[], options: SerializeTodoOptions = {}): string {
  const { abbreviatesCommands = false, shortName = (commit: string): string => commit } = options;
  return items.map(({ command, commit, flag, argument }) => {
    if (command === 'comment') return `${argument}\n`;
    const words = [abbreviatesCommands ? (LETTERS[command] ?? command) : command];
    if (commit !== undefined && flag !== undefined) words.push(`-${flag}`);
    if (commit !== undefined) words.push(shortName(commit));
    if (argument !== '') words.push(argument);
    return `${words.join(' ')}\n`;
  }).join('');
}

/**
 * The items of a todo list, with comments and empty lines.
 *
 * @throws {GovcError} replay-invalid: a line has another form, or the first commit is to be squashed into nothing;
 *   `data.line` counts from 1. limit-exceeded: more lines than `LIMITS.todoItemCount`.
 */
export function parseTodo(text: string, options: { readonly commentPrefix?: string; readonly hasCommitBefore?: boolean } = {}): TodoItem[] {
  const { commentPrefix = COMMENT_PREFIX } = options;
  let canSquash = options.hasCommitBefore ?? false;
  const items: TodoItem[] = [];
  for (let start = 0, number = 1; start < text.length; number++) {
    if (number > LIMITS.todoItemCount.value) {
      throw new GovcError('limit-exceeded', `A todo list has more than ${LIMITS.todoItemCount.value} lines.`, { limit: 'todoItemCount' });
    }
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, text.charAt(end - 1) === '\r' && end > start ? end - 1 : end);
    const item = parseItem(line, commentPrefix);
    if (item === undefined) throw invalidLine(number, line, 'it is no command with its arguments');
    const isSquash = item.command === 'squash' || item.command === 'fixup';
    if (isSquash && !canSquash) throw invalidLine(number, line, 'there is no commit before it');
    if (item.command !== 'comment' && item.command !== 'noop' && item.command !== 'drop') canSquash = true;
    items.push(item);
    start = end + 1;
  }
  return items;
}

function parseItem(line: string, commentPrefix: string): TodoItem | undefined {
  const text = line.replace(/^[ \t]+/, '');
  if (text === '' || text.startsWith('\r') || text.startsWith(commentPrefix)) return plainItem('comment', text);
  const [word = ''] = /^[^ \t\r]*/.exec(text) ?? [];
  const command = COMMANDS.find((name) => name === word || LETTERS[name] === word);
  if (command === undefined) return undefined;
  const padded = text.slice(word.length);
  let rest = padded.replace(/^[ \t]+/, '');
  if (command === 'noop' || command === 'break') return rest === '' ? plainItem(command) : undefined;
  if (rest.length === padded.length) return undefined;
  if (command === 'exec' || command === 'label' || command === 'reset' || command === 'update-ref') return plainItem(command, rest);
  let flag: 'C' | 'c' | undefined;
  if (command === 'fixup' || command === 'merge') {
    const pattern = command === 'fixup' ? /^-([Cc])[ \t]+/ : /^-([Cc])[ \t]*/;
    const match = pattern.exec(rest);
    if (match !== null) {
      flag = match[1] as 'C' | 'c';
      rest = rest.slice(match[0].length);
    } else if (command === 'merge') {
      return plainItem('merge', rest);
    }
  }
  const [commit = ''] = /^[^ \t\n]*/.exec(rest) ?? [];
  if (commit === '') return undefined;
  return { command, commit, flag, argument: rest.slice(commit.length).replace(/^[ \t]+/, '') };
}

/** How squashing commits are put behind those that they belong to. */
export interface AutosquashRequest {
  /** The subject of a commit, its first paragraph on one line. */
  readonly subjectOf: (commit: string) => string;
  /** The commit of the list that a word names, for `fixup! <id>`. */
  readonly findCommit: (word: string) => string | undefined;
}

/** The list with each commit titled `fixup!`, `squash!` or `amend!` behind the one that it names, as `--autosquash` does. O(n²) at worst. */
export function autosquash(items: readonly TodoItem[], request: AutosquashRequest): TodoItem[] {
  const result: TodoItem[] = [...items];
  const subjects: (string | undefined)[] = [];
  const bySubject = new Map<string, number>();
  const byCommit = new Map<string, number>();
  const next = new Array<number>(items.length).fill(-1);
  const tail = new Array<number>(items.length).fill(-1);
  for (const [i, item] of items.entries()) {
    if (item.commit === undefined || item.command === 'drop') continue;
    const subject = request.subjectOf(item.commit);
    subjects[i] = subject;
    const wanted = skipPrefixes(subject);
    const target = wanted === undefined ? -1 : findTarget(wanted, i);
    if (target >= 0) {
      const isSquash = subject.startsWith('squash!');
      result[i] = { ...item, command: isSquash ? 'squash' : 'fixup', flag: subject.startsWith('amend!') ? 'C' : undefined };
      const before = tail[target]! < 0 ? target : tail[target]!;
      next[i] = next[before]!;
      next[before] = i;
      tail[target] = i;
    } else if (!bySubject.has(subject)) {
      bySubject.set(subject, i);
    }
    byCommit.set(item.commit, i);
  }
  const sorted: TodoItem[] = [];
  for (const [i, item] of result.entries()) {
    if (item.command === 'fixup' || item.command === 'squash') continue;
    for (let at = i; at >= 0; at = next[at]!) sorted.push(result[at]!);
  }
  return sorted;

  function findTarget(wanted: string, end: number): number {
    const titled = bySubject.get(wanted);
    if (titled !== undefined) return titled;
    const commit = wanted.includes(' ') ? undefined : request.findCommit(wanted);
    const named = commit === undefined ? undefined : byCommit.get(commit);
    if (named !== undefined) return named;
    for (let i = 0; i < end; i++) if (subjects[i]?.startsWith(wanted) === true) return i;
    return -1;
  }
}

/** What follows all the `fixup! `, `squash! ` and `amend! ` of a subject, or `undefined` where it has none. */
function skipPrefixes(subject: string): string | undefined {
  const match = /^(?:(?:fixup|squash|amend)! [ \t\r\n]*)+/.exec(subject);
  return match === null ? undefined : subject.slice(match[0].length);
}

/** The list with commands behind every commit that is picked, with those that are squashed into it. (`--exec`) */
export function addExecItems(items: readonly TodoItem[], commands: readonly string[]): TodoItem[] {
  const added = commands.map((command) => plainItem('exec', command));
  const result: TodoItem[] = [];
  let isDue = false;
  for (const item of items) {
    if (isDue && item.command !== 'fixup' && item.command !== 'squash') {
      result.push(...added);
      isDue = false;
    }
    result.push(item);
    if (item.command === 'pick' || item.command === 'merge') isDue = true;
  }
  if (isDue) result.push(...added);
  return result;
}

function invalidLine(line: number, text: string, reason: string): GovcError {
  return new GovcError('replay-invalid', `Line ${line} of the todo list, "${text.slice(0, 200)}", cannot be followed: ${reason}.`, {
    line, text: text.slice(0, 200),
  });
}
