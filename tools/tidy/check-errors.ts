import type { Facts } from './facts.js';
import { type Package, type Problem, type Workspace, isTest } from './workspace.js';

/** The document that lists every code. */
export const ERRORS_DOCUMENT = 'docs/errors.md';

/** A code with its meaning and the package that throws it. */
interface Code {
  readonly code: string;
  readonly meaning: string;
  readonly package: string;
}

/** One table per package, kebab-case codes that are unique across packages, and a document that says the same. */
export function checkErrors(workspace: Workspace, facts: readonly Facts[]): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const { path, errorTables } of facts.filter((file) => !isTest(file.path))) {
    for (const { line, codes } of errorTables) {
      const at = (message: string): Problem => ({ path, line, rule: 'errors', message });
      if (!path.endsWith('/src/errors.ts')) problems.push(at('a table of codes lives in the errors.ts of its package'));
      for (const [code, meaning] of codes) {
        const owner = owners.get(code);
        if (owner !== undefined) problems.push(at(`"${code}" is a code of ${owner} too`));
        owners.set(code, path);
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)) problems.push(at(`"${code}" is not in kebab case`));
        if (!/^[A-Z`].*[.]$/s.test(meaning)) problems.push(at(`the meaning of "${code}" is not a sentence`));
      }
    }
  }
  if (workspace.documents.get(ERRORS_DOCUMENT) !== renderErrors(workspace, facts)) {
    problems.push({ path: ERRORS_DOCUMENT, line: 0, rule: 'errors', message: 'differs from the tables in the code; run "npm run tidy -- --write"' });
  }
  return problems;
}

/** The document as the code has it. */
export function renderErrors(workspace: Workspace, facts: readonly Facts[]): string {
  const sections = workspace.packages.flatMap((pack) => {
    const codes = codesOf(pack, facts);
    if (codes.length === 0) return [];
    const rows = codes.map(({ code, meaning }) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`);
    return [['', `## ${pack.manifest.name ?? pack.folder}`, '', '| code | meaning |', '| --- | --- |', ...rows, ''].join('\n')];
  });
  return `${INTRODUCTION}${sections.join('')}`;
}

const INTRODUCTION = `# Error codes

Every error that a package throws on purpose has a \`code\`, a message that names the thing and the way out, and structured \`data\`.
Identify errors by \`code\`; messages may change in any release. A retired code is never used again.

This page is written by \`npm run tidy -- --write\` from the tables in each package's \`errors.ts\`; \`npm test\` compares them.
`;

function codesOf(pack: Package, facts: readonly Facts[]): Code[] {
  const tables = facts.filter((file) => file.path === `${pack.folder}/src/errors.ts`).flatMap((file) => file.errorTables);
  const codes = tables.flatMap((table) => [...table.codes].map(([code, meaning]) => ({ code, meaning, package: pack.folder })));
  return codes.sort((one, other) => (one.code < other.code ? -1 : 1));
}
