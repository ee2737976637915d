const must = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(name);
  return value;
};

export const settings = { shown: must("SHOWN"), hidden: must("HIDDEN"), limit: 3 };
