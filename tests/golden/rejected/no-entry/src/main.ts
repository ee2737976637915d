console.log("not where it is looked for");
