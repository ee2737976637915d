// Imports that newer versions of a package have elsewhere. In: what a module writes. Out: where it
// is now, best first. Asked only when the package itself no longer has it.
const MOVED = {
  "langchain/chains": ["@langchain/classic/chains"],
  "langchain/document": ["@langchain/core/documents"],
  "langchain/llms/sagemaker_endpoint": ["@langchain/community/llms/sagemaker_endpoint"],
  "langchain/memory": ["@langchain/classic/memory"],
  "langchain/prompts": ["@langchain/core/prompts"],
  "langchain/schema": ["@langchain/core/messages"],
  "langchain/schema/output_parser": ["@langchain/core/output_parsers"],
  "langchain/stores/message/dynamodb": ["@langchain/community/stores/message/dynamodb"],
};

export function movedTo(specifier) {
  return Object.hasOwn(MOVED, specifier) ? MOVED[specifier] : [];
}
