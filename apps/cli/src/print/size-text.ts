/** Bytes as Git prints them for people: `17 bytes`, `1.50 KiB`, `2.00 GiB`. */
export function sizeText(bytes: number): string {
  if (bytes > 2 ** 30) return `${Math.floor(bytes / 2 ** 30)}.${hundredths(Math.floor((bytes % 2 ** 30) / 10_737_419))} GiB`;
  // Git rounds what is below a gibibyte, and cuts off what is above.
  if (bytes > 2 ** 20) return scaled(bytes + 5243, 2 ** 20, 'MiB');
  if (bytes > 2 ** 10) return scaled(bytes + 5, 2 ** 10, 'KiB');
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}

function scaled(value: number, unit: number, name: string): string {
  return `${Math.floor(value / unit)}.${hundredths(Math.floor(((value % unit) * 100) / unit))} ${name}`;
}

function hundredths(count: number): string {
  return String(count).padStart(2, '0');
}
