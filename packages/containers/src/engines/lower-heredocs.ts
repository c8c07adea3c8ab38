/**
 * Heredocs in the words of builders that know none (buildah before 1.33): documents become files of the context, scripts become commands.
 */
import type { Definition, Instruction } from '../definition.js';
import { errorAt } from '../errors.js';

/** A definition without heredocs, and the files that it takes instead. */
export interface Lowered {
  readonly definition: Definition;
  /** To be put into the context, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const FOLDER = '.govc-heredocs';

/** @throws {ContainersError} instruction-invalid: a document has variables, or a script says what runs it */
export function lowerHeredocs(definition: Definition): Lowered {
  const files = new Map<string, Uint8Array>();
  let shell: readonly string[] = ['/bin/sh', '-c'];
  const instructions = definition.instructions.map((instruction, index): Instruction => {
    if (instruction.name === 'FROM') shell = ['/bin/sh', '-c'];
    if (instruction.name === 'SHELL' && instruction.body.form === 'exec') shell = instruction.body.items;
    if (instruction.heredocs.length === 0 || instruction.body.form === 'exec') return instruction;
    if (instruction.name === 'RUN') return lowerRun(instruction, { text: instruction.body.text, shell });
    return lowerCopy(instruction, { text: instruction.body.text, folder: `${FOLDER}/${index}`, files });
  });
  return { definition: { ...definition, instructions }, files };
}

function lowerRun(instruction: Instruction, { text, shell }: { readonly text: string; readonly shell: readonly string[] }): Instruction {
  const { heredocs, line } = instruction;
  const isScript = heredocs.length === 1 && /^<<-?\S+$/.test(text);
  if (isScript && heredocs[0]!.content.startsWith('#!')) throw errorAt(line, 'instruction-invalid', 'a heredoc that names its own interpreter needs buildah 1.33 or later, or docker');
  // Tabs are gone already where "<<-" asked for that.
  const command = isScript ? heredocs[0]!.content : [text.replace(/<<-/g, '<<'), ...heredocs.map(({ content, word }) => `${content}${word}`)].join('\n');
  return { ...instruction, heredocs: [], body: { form: 'exec', items: [...shell, command] } };
}

function lowerCopy(instruction: Instruction, { text, folder, files }: { readonly text: string; readonly folder: string; readonly files: Map<string, Uint8Array> }): Instruction {
  let lowered = text;
  for (const { word, content, expand } of instruction.heredocs) {
    if (expand && /\$|\\/.test(content)) {
      throw errorAt(instruction.line, 'instruction-invalid', `the heredoc <<${word} has variables, which needs buildah 1.33 or later, or docker; quote the word (<<"${word}") where none are meant`);
    }
    if (!/^[A-Za-z0-9_.-]+$/.test(word) || /^\.{1,2}$/.test(word)) throw errorAt(instruction.line, 'instruction-invalid', `the heredoc <<${word} cannot be the name of a file`);
    files.set(`${folder}/${word}`, Buffer.from(content, 'utf8'));
    lowered = lowered.replace(/<<-?(?:"[^"]*"|'[^']*'|\S+)/, () => `${folder}/${word}`);
  }
  return { ...instruction, heredocs: [], body: { form: 'text', text: lowered } };
}
