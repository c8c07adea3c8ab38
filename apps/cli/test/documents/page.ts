import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The repository's root. */
export const ROOT = resolve(__dirname, '../../../..');

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** Whether the page says that it cannot run. */
  readonly isInert: boolean;
  /** Line of the page on which the code begins, from 1. */
  readonly line: number;
  readonly code: string;
}

/** A page of the documentation. */
export interface Page {
  /** From the root, such as `docs/server.md`. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Every page whose examples are promises to users. */
export function readPages(): Page[] {
  const folders = ['docs', 'docs/decisions', 'docs/examples', 'docs/formats'].filter((folder) => existsSync(join(ROOT, folder)));
  const names = folders.flatMap((folder) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`));
  const readmes = ['README.md', 'packages/core/README.md', 'apps/server/README.md', 'apps/cli/README.md'];
  return [...readmes, ...names].map(readPage);
}

/** One page by its path from the root. */
export function readPage(name: string): Page {
  const text = readFileSync(join(ROOT, name), 'utf8');
  return { name, text, blocks: blocksOf(text) };
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { readonly language: string; readonly isInert: boolean; readonly line: number } | undefined;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('```')) continue;
    if (open === undefined) {
      const [language = '', ...words] = line.slice(3).trim().split(/\s+/);
      open = { language, isInert: words.includes('no-run'), line: index + 2 };
    } else {
      blocks.push({ ...open, code: `${lines.slice(open.line - 1, index).join('\n')}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`a block is not closed (line ${open.line})`);
  return blocks;
}

/** Links of a page to files and headings that do not exist. */
export function findBrokenLinks({ name, text }: Page): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));
  const links = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1]!);
  return links.filter((link) => !/^[a-z]+:/.test(link)).filter((link) => {
    const [path = '', anchor] = link.split('#', 2);
    const target = path === '' ? join(ROOT, name) : resolve(ROOT, dirname(name), path);
    if (relative(ROOT, target).startsWith('..') || !existsSync(target)) return true;
    return anchor !== undefined && !headingsOf(readFileSync(target, 'utf8')).has(anchor);
  });
}

/** Anchors as GitHub makes them of headings. */
function headingsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  return new Set(headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\- _]/gu, '').replaceAll(' ', '-')));
}
