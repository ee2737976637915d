export function Page({ title }: { title: string }) {
  return <main><h1>{title}</h1></main>;
}
