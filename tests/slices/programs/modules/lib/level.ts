export enum Level {
  Low = 1,
  High = Low << 4,
}
export const enum Other {
  A,
}
