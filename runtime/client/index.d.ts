// @plutolang/pluto 0.1.0
//
// The types of the programs that pluto compiles. They are all that an editor and tsc need: pluto reads
// the program itself and never runs it, so a project compiles with this file alone. Programs written for
// the npm package of the same name pass, too.
//
// What a handler does with a resource is what it may do: each operation below says which IAM actions the
// functions get whose code can reach it. Nothing has to be declared.

/** Any function: what a {@link Function} runs. */
export type AnyFunction = (...args: any[]) => any;

/**
 * What a variable of the environment may be: a text, number or boolean, or a {@link Secret}, whose ARN
 * the variable then holds.
 */
export type EnvironmentValue = string | number | boolean | Secret | undefined;

/**
 * Variables by name. Values may exist only later: `process.env.TOKEN` becomes a parameter of the
 * template that is not shown, and `router.url()` a reference that CloudFormation fills in.
 * A literal that looks like a secret is an error.
 * @example { TOKEN: process.env.TOKEN, RETRIES: 3, API: router.url() }
 */
export type EnvironmentVariables = Readonly<Record<string, EnvironmentValue>>;

// ---- Function -----------------------------------------------------------------------------------
/** What a function is called where it is given no name. */
export declare const DEFAULT_FUNCTION_NAME = "default";

/** How a {@link Function} runs. Everything has a default; `pluto.yml` can change most of them. */
export interface FunctionOptions {
  /**
   * Names the function within the application. Two functions of one name are an error. It must be known
   * when the program is compiled.
   * @default "default" */
  name?: string;
  /**
   * Memory in MB, 128 to 10240. Lambda gives processor time in proportion; 1769 MB is one processor.
   * @default 512 */
  memory?: number;
  /**
   * Seconds after which a call is ended, 1 to 900.
   * @default 600, and 30 for the handlers of a Router, whose API waits no longer */
  timeout?: number;
  /**
   * Environment variables. What the handler reads with `process.env.NAME` and is not named here is
   * found and handed on by itself.
   * @example { LOG_LEVEL: "info", TOKEN: process.env.TOKEN }
   */
  envs?: EnvironmentVariables;
  /** The same as `envs`. */ environment?: EnvironmentVariables;
  /**
   * The processor. `arm64` costs less for the same time.
   * @default "x86_64" */
  architecture?: "x86_64" | "arm64";
  /**
   * The version of Node.js.
   * @default "nodejs24.x" */
  runtime?: "nodejs24.x" | "nodejs22.x";
  /**
   * Reserves so many calls at once for this function, and allows no more: 0 to 100000. 0 stops it.
   * @default none reserved: the account's limit holds */
  concurrency?: number;
  /**
   * Who may call the function's own URL: `"public"` everybody, `"iam"` whoever signs requests and may,
   * `false` nobody, for there is none. Functions that a resource calls (routes, subscribers) have none.
   * @default "public" */
  url?: "public" | "iam" | false;
  /**
   * Days that logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 … 3653.
   * @default 30 */
  logRetention?: number;
  /**
   * Hands the function the event as it came from AWS, instead of its arguments.
   * @default false */
  raw?: boolean;
  /**
   * Lets a literal that looks like a secret stand in the environment. Better: `process.env.NAME`, or a
   * {@link Secret}.
   * @default false */
  allowPlaintextSecrets?: boolean;
}

/**
 * Code that runs when it is called: an AWS Lambda function with a role and a log group of its own, and a
 * public URL unless `url` says otherwise. Its role holds what the code can reach, nothing else.
 * @typeParam T The type of what runs; `invoke` takes its parameters and gives its result.
 * @example
 * ```ts
 * const greet = new Function(async (name: string) => `Hello, ${name}`, "greet");
 *
 * new Function(async () => greet.invoke("Ada"), { name: "party", memory: 256 });
 * ```
 */
export declare class Function<T extends AnyFunction = AnyFunction> implements IResource {
  /**
   * @param func What runs. Arguments and result travel as JSON.
   * @param name Names the function within the application, `default` unless given. The options may
   * stand here, with the name among them.
   * @param options How it runs.
   */
  constructor(func: T, name?: string | FunctionOptions, options?: FunctionOptions);

  /**
   * Calls the function and waits for its answer. In handlers only. A `raw` function gets its first argument as
   * the event.
   *
   * Permits `lambda:InvokeFunction` on this function.
   * @returns What the function gives, as JSON brings it; rejects where it throws, with an `InvokeError`. It is not
   * called twice where it may have run.
   */
  invoke(...args: Parameters<T>): Promise<Awaited<ReturnType<T>>>;
  /**
   * The function's own URL, known after deployment. An error where `url` is `false`.
   *
   * Permits nothing, but for a function with `url: "iam"`: `lambda:InvokeFunctionUrl` and, by its URL
   * only, `lambda:InvokeFunction` on it.
   */
  url(): string;
  /**
   * The name of the Lambda function, known after deployment.
   *
   * Whoever gets it may `invoke` the function: the AWS SDK, or any library.
   */
  readonly awsFunctionName: string;
}

/** What a Function answers to a direct call. */
export interface DirectCallResponse {
  /** 200, or what kind of failure it was. */ code: number;
  /** The result, or the message of the failure. */ body: any;
}

// ---- Router -------------------------------------------------------------------------------------
/** What a route's handler gets. */
export interface HttpRequest {
  /** The path of the request, `/notes/7`. */ path: string;
  /** The method in capitals, `GET`. */ method: string;
  /** The headers, by name in lower case. */ headers: Record<string, string | undefined>;
  /** The query, `?a=1&b=2` as `{ a: "1", b: "2" }`; a list where a name stands several times. */
  query: Record<string, string | string[] | undefined>;
  /** The parameters of the route: `/notes/:id` as `{ id: "7" }`. */ params: Record<string, string>;
  /** The body as text, `null` where there is none. */ body: string | null;
}

/** What a route's handler answers. */
export interface HttpResponse {
  /** The status, such as 200 or 404. */ statusCode: number;
  /** The headers by name. */ headers?: Record<string, string>;
  /** The body as text. */ body: string;
}

/**
 * What else a route's handler may answer: bodies of bytes, of JSON, or that come in parts; cookies; a `Response`.
 */
export type RouteAnswer =
  | HttpResponse
  | {
      /** The status, such as 200 or 404. */ statusCode: number;
      /** The headers by name; several values of one as a list. */
      headers?: Record<string, string | number | readonly string[] | undefined>;
      /** Cookies, each as `name=value; HttpOnly`. */ cookies?: readonly string[];
      /** Text, bytes, a stream or generator of them, or what goes as JSON. */ body?: unknown;
      /** Whether the body is bytes in base64. */ isBase64Encoded?: boolean;
    }
  | {
      readonly status: number;
      readonly headers: { forEach(each: (value: string, name: string) => void): void };
      arrayBuffer(): Promise<ArrayBuffer>;
    };

/** Answers the requests of a route. Throwing is answering 500. */
export type RouteHandler = (request: HttpRequest) => RouteAnswer | Promise<RouteAnswer>;

/** Answers the requests of a route, by a promise. */
export interface RequestHandler extends FnResource {
  (request: HttpRequest): Promise<HttpResponse>;
}

/** Who may call a {@link Router} from a page of another origin. */
export interface CorsOptions {
  /** The origins, `https://example.org`; all (`*`) unless given. */ origins?: string | string[];
  /** The methods in capitals; all (`*`) unless given. */ methods?: string | string[];
  /** The headers that requests may carry; all (`*`) unless given. */ headers?: string | string[];
  /**
   * Whether requests may carry cookies; `origins` must then be named.
   * @default false */
  credentials?: boolean;
  /** Seconds for which a browser may remember this, -1 to 86400. */ maxAge?: number;
}

/** How a {@link Router} answers. */
export interface RouterOptions {
  /**
   * Whether pages of other origins may call the API, or which of them how.
   * @default true, all of them */
  cors?: boolean | CorsOptions;
  /** @deprecated Accepted and not used. */ simHost?: string;
  /** @deprecated Accepted and not used. */ simPort?: string;
}

/**
 * An HTTP API: API Gateway in front, each route a handler with a role of its own. In paths, `:name`
 * takes one part (`request.params.name`), a `*` at the end all that is left (`request.params.proxy`).
 * @example
 * ```ts
 * const api = new Router("api");
 *
 * api.get("/notes/:id", async ({ params }) => ({ statusCode: 200, body: await notes.get(params.id) }));
 * ```
 */
export declare class Router implements IResource {
  /**
   * @param name Names the router within the application; must be known when the program is compiled.
   * @param options How it answers.
   */
  constructor(name: string, options?: RouterOptions);

  /** Answers GET at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  get(path: string, fn: RouteHandler): void;
  /** Answers POST at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  post(path: string, fn: RouteHandler): void;
  /** Answers PUT at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  put(path: string, fn: RouteHandler): void;
  /** Answers DELETE at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  delete(path: string, fn: RouteHandler): void;
  /** Answers PATCH at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  patch(path: string, fn: RouteHandler): void;
  /** Answers HEAD at the path: `/a/:param`; a `*` at the end takes the rest. At the top level only. */
  head(path: string, fn: RouteHandler): void;
  /**
   * Answers every method that has no route of its own at the path. At the top level only.
   * @param path `/a/:param`; a `*` at the end takes the rest.
   * @param fn Answers the request.
   * @param raw Hands the function the event as it came from API Gateway.
   */
  all(path: string, fn: AnyFunction, raw?: boolean): void;
  /** The API's URL, known after deployment. Permits nothing: the API is public. */
  url(): string;
}

// ---- KVStore ------------------------------------------------------------------------------------
/** How the data of a {@link KVStore} is kept. */
export interface KVStoreOptions {
  /**
   * Keeps 35 days of history, to go back to any second of them.
   * @default true */
  pointInTimeRecovery?: boolean;
  /**
   * Refuses every deletion of the table, by whomever.
   * @default false */
  deletionProtection?: boolean;
  /**
   * The attribute that holds the time, in seconds since 1970, at which an item expires.
   * @default none: items stay */
  ttlAttribute?: string;
}

/**
 * Values by key, in a DynamoDB table that outlives the stack and is paid by use.
 * @example
 * ```ts
 * const notes = new KVStore("notes");
 *
 * new Function(async (id: string) => notes.get(id), "read"); // may dynamodb:GetItem, no more
 * ```
 */
export declare class KVStore implements IResource {
  /**
   * @param name Names the store within the application; must be known when the program is compiled.
   * @param options How the data is kept.
   */
  constructor(name: string, options?: KVStoreOptions);

  /**
   * Reads the value of a key. In handlers only. Permits `dynamodb:GetItem` on this table.
   * @returns The value; rejects where the store holds none of that key, with a `NotFoundError`. What was `set` less
   * than a second ago may not be there yet.
   */
  get(key: string): Promise<string>;
  /** Writes the value of a key. In handlers only. Permits `dynamodb:PutItem` on this table. */
  set(key: string, value: string): Promise<void>;
  /** Removes a key. In handlers only. Permits `dynamodb:DeleteItem` on this table. */
  delete(key: string): Promise<void>;
  /**
   * The name of the DynamoDB table, known after deployment.
   *
   * Whoever gets it may do what pluto knows of them: a command of the AWS SDK its one action, LangChain's
   * chat history what it needs. Others: `dynamodb:GetItem`, `PutItem`, `UpdateItem`, `DeleteItem` and
   * `Query` on this table.
   */
  readonly awsTableName: string;
  /** The name of the table's key attribute: `Id`. Permits nothing. */
  readonly awsPartitionKey: string;
}

// ---- SageMaker ----------------------------------------------------------------------------------
/** One of several models, or sizes of one, behind an endpoint. */
export interface SageMakerVariant {
  /** Names the variant within the endpoint. */ name: string;
  /** The machine, `ml.g5.2xlarge`; the endpoint's unless given. */ instanceType?: string;
  /** How many machines, 1 to 1000; the endpoint's unless given. */ instanceCount?: number;
  /**
   * Its share of the requests, in proportion to the others': 0 to 1000000.
   * @default 1 */
  weight?: number;
  /** The container image that serves the model; the endpoint's unless given. */ imageUri?: string;
  /** Environment variables of the container; the endpoint's unless given. */ envs?: EnvironmentVariables;
  /** The model in S3; the endpoint's unless given. */ modelData?: string;
}

/** Where and how a {@link SageMaker} model runs. */
export interface SageMakerOptions {
  /**
   * The machine. Language models want a GPU: `ml.g5.2xlarge` for 7 billion parameters.
   * @default "ml.m5.large" */
  instanceType?: string;
  /**
   * How many machines, 1 to 1000.
   * @default 1 */
  instanceCount?: number;
  /**
   * Environment variables of the container.
   * @example { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" }
   */
  envs?: EnvironmentVariables;
  /** The same as `envs`. */ environment?: EnvironmentVariables;
  /**
   * The model in S3: `s3://bucket/model.tar.gz`, or a prefix that ends with `/`. The container's role
   * may read it, nothing else in the bucket.
   * @default none: the container gets its model by itself */
  modelData?: string;
  /** The same as `modelData`. */ modelDataUrl?: string;
  /** Several models, or sizes of one, behind the endpoint; each gets its share of the requests. */
  variants?: SageMakerVariant[];
  /**
   * Seconds until the container must answer, 60 to 3600.
   * @default by the size of the model that `HF_MODEL_ID` names */
  healthCheckTimeout?: number;
  /**
   * Seconds for the model's download from S3, 60 to 3600.
   * @default by the size of the model that `HF_MODEL_ID` names */
  downloadTimeout?: number;
  /** GB of disk, 1 to 512, of an instance that has none of its own. */ volumeSize?: number;
  /** The machine image of the instances, for drivers that newer containers need. */
  inferenceAmiVersion?: string;
  /**
   * No network for the container.
   * @default true for models in S3, else false */
  networkIsolation?: boolean;
  /**
   * Makes the endpoint asynchronous, as `invokeAsync` in a function does: questions and answers are files in
   * S3, and may take an hour.
   * @default where a function uses `invokeAsync`, else not */
  asyncInference?: SageMakerAsync;
  /**
   * Lets a literal that looks like a secret stand in the environment. Better: `process.env.NAME`.
   * @default false */
  allowPlaintextSecrets?: boolean;
}

/** Where an asynchronous endpoint finds its questions and leaves its answers. */
export interface SageMakerAsync {
  /**
   * Where questions lie, `s3://bucket/folder`.
   * @default `input` in a bucket of its own */
  inputPath?: string;
  /**
   * Where answers go, `s3://bucket/folder`.
   * @default `output` in a bucket of its own */
  outputPath?: string;
  /**
   * Where it is said why there is no answer, `s3://bucket/folder`.
   * @default `failure` in a bucket of its own */
  failurePath?: string;
  /**
   * How many questions the container of an instance gets at once, 1 to 1000.
   * @default SageMaker's choice */
  maxConcurrentInvocations?: number;
}

/**
 * A model behind an endpoint that is always there, and paid by the hour.
 * @example
 * ```ts
 * const image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:…";
 * const llama = new SageMaker("llama", image, {
 *   instanceType: "ml.g5.2xlarge",
 *   envs: { HF_MODEL_ID: "meta-llama/Llama-2-7b-chat-hf", HUGGING_FACE_HUB_TOKEN: process.env.HF_TOKEN },
 * });
 *
 * new Function(async (inputs: string) => llama.invoke({ inputs }), "ask");
 * ```
 */
export declare class SageMaker implements IResource {
  /**
   * @param name Names the endpoint within the application; must be known when the program is compiled.
   * @param imageUri The container image that serves the model, in ECR.
   * @param options Where and how it runs.
   */
  constructor(name: string, imageUri: string, options?: SageMakerOptions);

  /**
   * Asks the model. In handlers only. Permits `sagemaker:InvokeEndpoint` on this endpoint.
   * @param input Goes as JSON; what it has to be is the container's matter.
   * @returns What the container answers, read as JSON; rejects where it refuses, with a `ModelError` that holds
   * its `originalStatus` and `originalMessage`.
   */
  invoke(input: any): Promise<any>;
  /**
   * Asks the model and reads its answer as it comes. In handlers only.
   *
   * Permits `sagemaker:InvokeEndpoint` and `sagemaker:InvokeEndpointWithResponseStream` on this endpoint.
   * @param input Goes as JSON.
   * @returns The bytes of the answer as they come; a part may begin and end anywhere. It is asked when the first
   * part is; whoever stops reading ends it.
   */
  invokeStream(input: any): AsyncGenerator<Uint8Array, void, undefined>;
  /**
   * Asks the model and leaves its answer in S3. In handlers only. Permits
   * `sagemaker:InvokeEndpointAsync` on this endpoint, `s3:PutObject` where its questions lie, and
   * `s3:GetObject` where its answers do.
   *
   * A model that is asked so has an asynchronous endpoint, which answers neither `invoke` nor `invokeStream`.
   * @param inputLocation The input in S3, `s3://bucket/key`; by default in `asyncBucket`, with a key `input/…`.
   * @returns Where the answer will be.
   */
  invokeAsync(inputLocation: string): Promise<string>;
  /**
   * The bucket for questions of an asynchronous endpoint, known after deployment.
   *
   * Whoever gets it may put questions where the endpoint looks for them, and get answers: the AWS SDK's
   * `PutObjectCommand` the one, its `GetObjectCommand` the other, any other library both.
   */
  readonly asyncBucket: string;
  /** The URL that invocations are sent to, known after deployment. Permits nothing. */
  endpointUrl(): string;
  /**
   * The name of the SageMaker endpoint, known after deployment.
   *
   * Whoever gets it may invoke the endpoint: LangChain's `SageMakerEndpoint`, the AWS SDK, or any
   * library. Methods that start with `stream` may read the answer as it comes.
   */
  readonly endpointName: string;
}

/** The tasks that Hugging Face's containers know, for `HF_TASK`. */
export type HuggingFaceTaskType =
  | "audio-classification" | "automatic-speech-recognition" | "conversational" | "depth-estimation"
  | "document-question-answering" | "feature-extraction" | "fill-mask" | "image-classification"
  | "image-feature-extraction" | "image-segmentation" | "image-to-image" | "image-to-text"
  | "mask-generation" | "ner" | "object-detection" | "question-answering" | "sentiment-analysis"
  | "summarization" | "table-question-answering" | "text-classification" | "text-generation"
  | "text-to-audio" | "text-to-speech" | "text2text-generation" | "token-classification"
  | "translation" | "translation_xx_to_yy" | "video-classification" | "visual-question-answering"
  | "zero-shot-audio-classification" | "zero-shot-classification" | "zero-shot-image-classification"
  | "zero-shot-object-detection";

// ---- Bucket -------------------------------------------------------------------------------------
/** None yet. */
export interface BucketOptions {}

/**
 * Objects by key, in an S3 bucket. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * const pictures = new Bucket("pictures");
 *
 * new Function(async (key: string) => pictures.get(key, "/tmp/picture"), "fetch");
 * ```
 */
export declare class Bucket implements IResource {
  /** @param name Names the bucket within the application; must be known when the program is compiled. */
  constructor(name: string, options?: BucketOptions);

  /**
   * Reads an object into a file. In handlers only. Permits `s3:GetObject` on this bucket's objects.
   * @param key The object's key.
   * @param filePath The file to write; functions may write below `/tmp`.
   */
  get(key: string, filePath: string): Promise<void>;
  /**
   * Writes an object from a file. In handlers only. Permits `s3:PutObject` on this bucket's objects.
   * @param key The object's key.
   * @param filePath The file to read.
   */
  put(key: string, filePath: string): Promise<void>;
  /** Removes an object. In handlers only. Permits `s3:DeleteObject` on this bucket's objects. */
  delete(key: string): Promise<void>;
  /**
   * Lists keys. In handlers only. Permits `s3:ListBucket` on this bucket.
   * @param prefix What the keys start with; all keys unless given.
   */
  list(prefix?: string): Promise<string[]>;
  /**
   * The name of the S3 bucket, known after deployment.
   *
   * Whoever gets it may do what pluto knows of them, a command of the AWS SDK its one action; others
   * `get`, `put`, `delete` and `list`.
   */
  readonly awsBucketName: string;
}

// ---- Queue --------------------------------------------------------------------------------------
/** None yet. */
export interface QueueOptions {}

/** A message of a {@link Queue}. */
export interface CloudEvent {
  /** When it was sent, in milliseconds since 1970. */ timestamp: number;
  /** What was sent. */ data: string;
}

/** Gets the messages of a {@link Queue}. */
export interface EventHandler extends FnResource {
  (event: CloudEvent): Promise<void>;
}

/**
 * Messages that handlers send and subscribers get. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * const mails = new Queue("mails");
 *
 * mails.subscribe(async (event) => console.log(event.data));
 * new Function(async (text: string) => mails.push(text), "send");
 * ```
 */
export declare class Queue implements IResource {
  /** @param name Names the queue within the application; must be known when the program is compiled. */
  constructor(name: string, options?: QueueOptions);

  /** Sends a message. In handlers only. Permits `sqs:SendMessage` on this queue. */
  push(message: string): Promise<void>;
  /**
   * Calls the function for each message. At the top level only.
   * @param fn Gets each message; what it gives is not looked at.
   */
  subscribe(fn: (event: CloudEvent) => unknown): void;
  /** The URL of the SQS queue, known after deployment. Whoever gets it may `push`. */
  readonly awsQueueUrl: string;
}

// ---- Schedule -----------------------------------------------------------------------------------
/** None yet. */
export interface ScheduleOptions {}

/** What a {@link Schedule} calls. */
export interface ScheduleHandler extends FnResource {
  (): Promise<void>;
}

/**
 * Calls functions at given times. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * new Schedule("daily").cron("0 9 * * *", async () => console.log("nine o'clock, UTC"));
 * ```
 */
export declare class Schedule implements IResource {
  /** @param name Names the schedule within the application; must be known when the program is compiled. */
  constructor(name: string, options?: ScheduleOptions);

  /**
   * Calls the function whenever the expression matches. At the top level only.
   * @param expression Minute (0-59), hour (0-23), day of month (1-31), month (1-12), day of week (0-6).
   * @param fn What is called; what it gives is not looked at.
   */
  cron(expression: string, fn: () => unknown): Promise<void>;
}

// ---- Secret -------------------------------------------------------------------------------------
/** None yet. */
export interface SecretOptions {}

/**
 * A value that only those who need it may read, in Secrets Manager. Graphs show it; it has no template
 * yet.
 * @example
 * ```ts
 * const token = new Secret("token", process.env.TOKEN!);
 *
 * new Function(async () => (await token.get()).length, "check");
 * ```
 */
export declare class Secret implements IResource {
  /**
   * @param name Names the secret within the application; must be known when the program is compiled.
   * @param value What is kept, usually `process.env.NAME`.
   */
  constructor(name: string, value: string);

  /** Reads the value. In handlers only. Permits `secretsmanager:GetSecretValue` on this secret. */
  get(): Promise<string>;
  /** The ARN of the secret, known after deployment. Whoever gets it may `get` the value. */
  readonly awsSecretArn: string;
}

// ---- Website, ReactApp --------------------------------------------------------------------------
/** How a {@link Website} is served. */
export interface WebsiteOptions {
  /**
   * Where the site is served, where not on AWS.
   * @default AWS */
  platform?: "Vercel";
  /** @deprecated Accepted and not used. */ simHost?: string;
  /** @deprecated Accepted and not used. */ simPort?: string;
}

/**
 * A folder of files served to browsers. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * const site = new Website("public", "site");
 * site.addEnv("API_URL", api.url());
 * ```
 */
export declare class Website implements IResource {
  /**
   * @param path The folder that is served.
   * @param name Names the site within the application, `default` unless given.
   * @param options How it is served.
   */
  constructor(path: string, name?: string, options?: WebsiteOptions);

  /**
   * Gives the site's scripts a variable. At the top level only.
   * @param key The variable's name.
   * @param value Its value, which may exist only later: `router.url()`.
   */
  addEnv(key: string, value: string): void;
  /** The site's URL, known after deployment. Permits nothing: the site is public. */
  url(): string;
}

/** How a {@link ReactApp} is built and served. */
export interface ReactAppOptions extends WebsiteOptions {
  /**
   * The folder that the build writes, relative to the project.
   * @default "build" */
  buildDir?: string;
  /**
   * Makes the files.
   * @default "npm run build" */
  buildCommand?: string;
}

/**
 * A React project, built and served to browsers. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * new ReactApp("web", "site", { buildDir: "dist" }).addEnv("API_URL", api.url());
 * ```
 */
export declare class ReactApp extends Website {
  /**
   * @param projectPath The folder of the React project.
   * @param name Names the site within the application, `default` unless given.
   * @param options How it is built and served.
   */
  constructor(projectPath: string, name?: string, options?: ReactAppOptions);
}

// ---- Tester -------------------------------------------------------------------------------------
/** None yet. */
export interface TesterOptions {}

/** One case of a {@link Tester}. */
export interface TestCase {
  /** What is expected. */ description: string;
  /** What checks it. */ testHandler: any;
}

/** Checks something, and throws where it is not so. */
export interface TestHandler extends FnResource {
  (): Promise<void>;
}

/**
 * Test cases that run where the application runs. Graphs show it; it has no template yet.
 * @example
 * ```ts
 * new Tester("notes").it("keeps what it gets", async () => {
 *   await notes.set("a", "1");
 *   if ((await notes.get("a")) !== "1") throw new Error("lost");
 * });
 * ```
 */
export declare class Tester implements IResource {
  /** @param name Names the group of tests; must be known when the program is compiled. */
  constructor(name: string, options?: TesterOptions);

  /**
   * Adds a test case. At the top level only.
   * @param description What is expected.
   * @param fn Throws where it is not so.
   */
  it(description: string, fn: () => unknown): void;
}

// ---- The vocabulary of the npm package --------------------------------------------------------------
// Each kind in parts, as programs written for it may name them: what handlers call, what connects, what
// exists after deployment.

/** A resource. */
export interface IResource {}
/** A function that becomes a resource. */
export interface FnResource {}
/** What handlers call of a resource. */
export interface IResourceClientApi {}
/** What connects a resource, at the top level. */
export interface IResourceInfraApi {}
/** What of a resource exists after deployment. */
export interface IResourceCapturedProps {}
/** How a resource was made by the npm package's own adapters. */
export interface IResourceInfra {
  /** Names the resource among all. */ readonly id: string;
  /** Permits an operation. */ grantPermission(operation: string, resource?: IResourceInfra): any;
  /** Runs when everything else is made. */ postProcess(): void;
}

/** What a {@link Function} runs. */
export interface FunctionHandler extends AnyFunction, FnResource {}
export type IFunctionClientApi<T extends AnyFunction> = Pick<Function<T>, "invoke">;
export interface IFunctionInfraApi extends IResourceInfraApi {}
export type IFunctionCapturedProps = Pick<Function, "url">;
export type IFunctionClient<T extends AnyFunction> = IFunctionClientApi<T> & IFunctionCapturedProps;
export type IFunctionInfra = IFunctionInfraApi & IFunctionCapturedProps;
export interface IRouterClientApi extends IResourceClientApi {}
export type IRouterInfraApi = Pick<Router, "get" | "post" | "put" | "delete" | "all">;
export type IRouterCapturedProps = Pick<Router, "url">;
export type IRouterClient = IRouterClientApi & IRouterCapturedProps;
export type IRouterInfra = IRouterInfraApi & IRouterCapturedProps;
export type IKVStoreRegularApi = Partial<Pick<KVStore, "awsTableName" | "awsPartitionKey">>;
export type IKVStoreClientApi = Pick<KVStore, "get" | "set">;
export interface IKVStoreInfraApi extends IResourceInfraApi {}
export interface IKVStoreCapturedProps extends IResourceCapturedProps {}
export type IKVStoreClient = IKVStoreClientApi & IKVStoreCapturedProps & IKVStoreRegularApi;
export type IKVStoreInfra = IKVStoreInfraApi & IKVStoreCapturedProps;
export type ISageMakerRegularApi = Pick<SageMaker, "endpointName">;
export type ISageMakerClientApi = Pick<SageMaker, "invoke">;
export interface ISageMakerInfraApi extends IResourceInfraApi {}
export type ISageMakerCapturedProps = Pick<SageMaker, "endpointUrl">;
export type ISageMakerClient = ISageMakerClientApi & ISageMakerCapturedProps & ISageMakerRegularApi;
export type ISageMakerInfra = ISageMakerInfraApi & ISageMakerCapturedProps;
export type IBucketRegularApi = Partial<Pick<Bucket, "awsBucketName">>;
export type IBucketClientApi = Pick<Bucket, "get" | "put">;
export interface IBucketInfraApi extends IResourceInfraApi {}
export interface IBucketCapturedProps extends IResourceCapturedProps {}
export type IBucketClient = IBucketClientApi & IBucketCapturedProps & IBucketRegularApi;
export type IBucketInfra = IBucketInfraApi & IBucketCapturedProps;
export type IQueueClientApi = Pick<Queue, "push">;
export type IQueueInfraApi = Pick<Queue, "subscribe">;
export interface IQueueCapturedProps extends IResourceCapturedProps {}
export type IQueueClient = IQueueClientApi & IQueueCapturedProps;
export type IQueueInfra = IQueueInfraApi & IQueueCapturedProps;
export interface IScheduleClientApi extends IResourceClientApi {}
export type IScheduleInfraApi = Pick<Schedule, "cron">;
export interface IScheduleCapturedProps extends IResourceCapturedProps {}
export type IScheduleClient = IScheduleClientApi & IScheduleCapturedProps;
export type IScheduleInfra = IScheduleInfraApi & IScheduleCapturedProps;
export type ISecretClientApi = Pick<Secret, "get">;
export interface ISecretInfraApi extends IResourceInfraApi {}
export interface ISecretCapturedProps extends IResourceCapturedProps {}
export type ISecretClient = ISecretClientApi & ISecretCapturedProps;
export type ISecretInfra = ISecretInfraApi & ISecretCapturedProps;
export interface IWebsiteClientApi extends IResourceClientApi {}
export type IWebsiteInfraApi = Pick<Website, "addEnv">;
export type IWebsiteCapturedProps = Pick<Website, "url">;
export type IWebsiteClient = IWebsiteClientApi & IWebsiteCapturedProps;
export type IWebsiteInfra = IWebsiteInfraApi & IWebsiteCapturedProps;
export type IReactAppClientApi = IWebsiteClientApi;
export type IReactAppInfraApi = IWebsiteInfraApi;
export type IReactAppCapturedProps = IWebsiteCapturedProps;
export type IReactAppClient = IWebsiteClient;
export type IReactAppInfra = IWebsiteInfra;
export interface ITesterClientApi extends IResourceClientApi {
  /** The cases there are. */ listTests(): Promise<TestCase[]>;
  /** Runs one. */ runTest(testCase: TestCase): Promise<void>;
}
export type ITesterInfraApi = Pick<Tester, "it">;
export interface ITesterCapturedProps extends IResourceCapturedProps {}
export type ITesterClient = ITesterClientApi & ITesterCapturedProps;
export type ITesterInfra = ITesterInfraApi & ITesterCapturedProps;

// Its first versions had options and resources in two halves.
/** @deprecated */ export type KVStoreClientOptions = KVStoreOptions;
/** @deprecated */ export type KVStoreInfraOptions = KVStoreOptions;
/** @deprecated */ export type QueueClientOptions = QueueOptions;
/** @deprecated */ export type QueueInfraOptions = QueueOptions;
/** @deprecated */ export type RouterInfraOptions = RouterOptions;
/** @deprecated */ export type QueueClient = IQueueClientApi;
/** @deprecated */ export type QueueInfra = IQueueInfraApi;
/** @deprecated */ export type RouterInfra = IRouterInfraApi;
