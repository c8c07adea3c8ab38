import type { RevListQuery } from '@govc/core';

/** One comparison: the arguments for `git rev-list` and the same question to govc. */
export interface RevListCase {
  readonly args: readonly string[];
  readonly query: RevListQuery;
}

/** What cases are made of: revisions and paths that a repository has. */
export interface RevListWorld {
  /** Commits spread over the history, the newest first. */
  readonly commits: readonly string[];
  /** Files and folders that changed at different times. */
  readonly paths: readonly string[];
}

type Option = readonly [readonly string[], RevListQuery];

const ORDERS: readonly Option[] = [
  [[], {}],
  [['--topo-order'], { order: 'topo' }],
  [['--date-order'], { order: 'date' }],
  [['--author-date-order'], { order: 'author-date' }],
  [['--reverse'], { reverse: true }],
];

const FILTERS: readonly Option[] = [
  [['--first-parent'], { firstParent: true }],
  [['--exclude-first-parent-only'], { excludeFirstParentOnly: true }],
  [['--merges'], { minParents: 2 }],
  [['--no-merges'], { maxParents: 1 }],
  [['--min-parents=3'], { minParents: 3 }],
  [['--max-parents=0'], { maxParents: 0 }],
  [['--max-count=50', '--skip=13'], { maxCount: 50, skip: 13 }],
  [['--boundary'], { boundary: true }],
  [['--boundary', '--max-count=20', '--topo-order'], { boundary: true, maxCount: 20, order: 'topo' }],
  [['--author=junio', '-i'], { author: 'junio', ignoreCase: true }],
  [['--committer=@', '-F'], { committer: '@', patternSyntax: 'fixed' }],
  [['--author=son\\b', '--committer=a.*e', '--grep=fix'], { author: 'son\\b', committer: 'a.*e', grep: 'fix' }],
  [['--grep=^fix(es|ed)?', '--grep=[Tt]est', '-E'], { grep: ['^fix(es|ed)?', '[Tt]est'], patternSyntax: 'extended' }],
  [['--grep=test', '--grep=Signed', '--all-match'], { grep: ['test', 'Signed'], allMatch: true }],
  [['--grep=Signed', '--grep=Merge', '--invert-grep'], { grep: ['Signed', 'Merge'], invertGrep: true }],
  [['--parents'], { parents: true }],
  [['--children'], { children: true }],
];

const SIMPLIFICATIONS: readonly Option[] = [
  [[], {}],
  [['--full-history'], { fullHistory: true }],
  [['--full-history', '--parents'], { fullHistory: true, parents: true }],
  [['--parents'], { parents: true }],
  [['--sparse'], { sparse: true }],
  [['--simplify-merges'], { simplifyMerges: true }],
  [['--simplify-merges', '--parents', '--show-pulls'], { simplifyMerges: true, parents: true, showPulls: true }],
  [['--show-pulls'], { showPulls: true }],
  [['--show-pulls', '--full-history', '--parents'], { showPulls: true, fullHistory: true, parents: true }],
  [['--remove-empty'], { removeEmpty: true }],
  [['--first-parent'], { firstParent: true }],
  [['--full-history', '--first-parent', '--parents'], { fullHistory: true, firstParent: true, parents: true }],
  [['--topo-order', '--parents'], { order: 'topo', parents: true }],
  [['--children', '--full-history'], { children: true, fullHistory: true }],
  [['--max-count=3'], { maxCount: 3 }],
  [['--no-merges', '--full-history'], { maxParents: 1, fullHistory: true }],
  [['--dense', '--boundary'], { boundary: true }],
];

/** The comparisons, the same for the same world. */
export function revListCases({ commits, paths }: RevListWorld): RevListCase[] {
  const cases: RevListCase[] = [];
  const at = (index: number): string => commits[index % commits.length]!;
  const add = (revisions: readonly string[], options: readonly Option[], names: readonly string[] = []): void => {
    const args = [...options.flatMap(([each]) => each), ...revisions, ...(names.length === 0 ? [] : ['--', ...names])];
    const query = Object.assign({}, ...options.map(([, each]) => each)) as RevListQuery;
    cases.push({ args, query: { ...query, revisions, paths: names } });
  };
  for (const order of ORDERS) {
    add(['HEAD'], [order]);
    add(['--all'], [order]);
    add([`${at(9)}..${at(1)}`], [order]);
    add([`${at(5)}...${at(2)}`], [order, [['--left-right'], {}]]);
  }
  for (const filter of FILTERS) {
    add(['HEAD'], [filter]);
    add([`^${at(11)}`, at(3), at(1)], [filter]);
  }
  for (const [index, side] of ([['--left-only', { leftOnly: true }], ['--right-only', { rightOnly: true }]] as const).entries()) {
    add([`${at(6 + index)}...${at(3)}`], [[[side[0]], side[1]]]);
  }
  add([`${at(2)}...${at(1)}`], [[['--cherry-mark'], { cherry: 'mark' }]]);
  add([`${at(2)}...${at(0)}~3`], [[['--cherry-pick'], { cherry: 'pick' }]]);
  add([`${at(3)}...${at(1)}`], [[['--cherry'], { cherry: 'mark', rightOnly: true, maxParents: 1 }]]);
  add([`${at(12)}..${at(2)}`], [[['--ancestry-path'], { ancestryPath: true }]]);
  add([`${at(14)}..${at(1)}`], [[[`--ancestry-path=${at(7)}`], { ancestryPath: [at(7)] }]]);
  add([at(4), at(1), at(8)], [[['--no-walk'], { noWalk: 'sorted' }]]);
  add([at(4), at(1), at(8)], [[['--no-walk=unsorted'], { noWalk: 'unsorted' }]]);
  add(['--tags', '--not', '--branches'], []);
  add(['--exclude=*rc*', '--tags=v*', '--not', at(9)], []);
  add(['HEAD'], [[['--simplify-by-decoration'], { simplifyByDecoration: true }]]);
  add([`${at(13)}..HEAD`], [[['--simplify-by-decoration', '--parents'], { simplifyByDecoration: true, parents: true }]]);
  for (const [index, simplification] of SIMPLIFICATIONS.entries()) {
    add(['HEAD'], [simplification], [paths[index % paths.length]!]);
    add([`${at(10)}..${at(index % 3)}`], [simplification], [paths[(index + 3) % paths.length]!, paths[(index + 5) % paths.length]!]);
  }
  return cases;
}
