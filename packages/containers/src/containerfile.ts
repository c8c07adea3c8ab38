import type { Definition, Instruction } from './definition.js';

/**
 * A definition as the text of a Containerfile, for builders that know no Govcfile.
 *
 * Every instruction stands on one line; comments of the source are gone. Metadata becomes comments, so that the image is exactly what the
 * instructions say. Reading the result gives the same instructions and stages.
 */
export function serializeContainerfile(definition: Definition): string {
  const directives = [...definition.directives].map(([name, value]) => `# ${name}=${value}`);
  const metadata = [...definition.metadata].map(([key, value]) => `# @${key}=${value}`);
  return [...directives, ...metadata, ...definition.instructions.map(serializeInstruction)].map((line) => `${line}\n`).join('');
}

/** One instruction as the text of a Containerfile, without a line feed at its end. */
export function serializeInstruction({ name, flags, body, heredocs }: Instruction): string {
  const parts = [
    name,
    ...flags.map((flag) => (flag.value === undefined ? `--${flag.name}` : `--${flag.name}=${flag.value}`)),
    body.form === 'exec' ? JSON.stringify(body.items) : body.text,
  ];
  const documents = heredocs.map(({ word, content }) => `\n${content}${word}`);
  return parts.join(' ') + documents.join('');
}
