/** One absolute path as seen from another, as Git prints paths: `../x`, `./` for the same folder. */
export function relativePath(path: string, from: string): string {
  const target = path.split('/').filter((part) => part !== '');
  const start = from.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < target.length && same < start.length && target[same] === start[same]) same++;
  const up = '../'.repeat(start.length - same);
  const down = target.slice(same).join('/');
  if (up === '' && down === '') return './';
  return down === '' ? up.slice(0, -1) : up + down;
}
