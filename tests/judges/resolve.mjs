// Stands in for CloudFormation: gives every resource of a template the names and ARNs that it could have
// once deployed, and replaces intrinsic functions by their values.
//
// In: a template. Out: a Deployment. Names that CloudFormation would make up are made up, with capital
// letters, as it does. What it does not know is an error, never a silent gap.

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

const PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::StackName": "App",
    "AWS::StackId": `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/App/guid`,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": undefined,
};

// What Ref and Fn::GetAtt give, by type, from the documentation of each.
const TYPES = {
    "AWS::Lambda::Function": (d, id, p) => {
        const name = p.FunctionName ?? made(id);
        return { Ref: name, Arn: arn("lambda", `function:${name}`) };
    },
    "AWS::Lambda::Url": (d, id, p) => ({
        Ref: p.TargetFunctionArn,
        FunctionArn: p.TargetFunctionArn,
        FunctionUrl: `https://${id.toLowerCase()}.lambda-url.${REGION}.on.aws/`,
    }),
    "AWS::Lambda::Permission": (d, id) => ({ Ref: made(id) }),
    "AWS::IAM::Role": (d, id, p) => {
        const name = p.RoleName ?? made(id);
        return { Ref: name, Arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, RoleId: "AROA" };
    },
    "AWS::IAM::Policy": (d, id) => ({ Ref: made(id), Id: made(id) }),
    "AWS::IAM::RolePolicy": (d, id) => ({ Ref: made(id) }),
    "AWS::Logs::LogGroup": (d, id, p) => {
        const name = p.LogGroupName ?? made(id);
        return { Ref: name, Arn: arn("logs", `log-group:${name}:*`) };
    },
    "AWS::DynamoDB::Table": (d, id, p) => {
        const name = p.TableName ?? made(id);
        return { Ref: name, Arn: arn("dynamodb", `table/${name}`) };
    },
    "AWS::S3::Bucket": (d, id, p) => {
        const name = p.BucketName ?? made(id).toLowerCase();
        return { Ref: name, Arn: `arn:aws:s3:::${name}` };
    },
    "AWS::SageMaker::Endpoint": (d, id, p) => {
        const name = p.EndpointName ?? made(id);
        // The service lowers the name in the ARN, and IAM compares with case.
        const full = arn("sagemaker", `endpoint/${name.toLowerCase()}`);
        return { Ref: full, EndpointName: name, EndpointArn: full };
    },
    "AWS::SageMaker::EndpointConfig": (d, id) =>
        named("sagemaker", "endpoint-config", "EndpointConfig", id),
    "AWS::SageMaker::Model": (d, id) => named("sagemaker", "model", "Model", id),
    "AWS::ApiGatewayV2::Api": (d, id) => {
        const api = id.toLowerCase().slice(0, 40);
        return {
            Ref: api,
            ApiId: api,
            ApiEndpoint: `https://${api}.execute-api.${REGION}.amazonaws.com`,
        };
    },
    "AWS::ApiGatewayV2::Stage": (d, id, p) => ({ Ref: p.StageName }),
    "AWS::ApiGatewayV2::Route": (d, id) => ({ Ref: made(id), RouteId: made(id) }),
    "AWS::ApiGatewayV2::Integration": (d, id) => ({ Ref: made(id), IntegrationId: made(id) }),
};

function made(id) {
    return `App-${id}-Kx7Qw`;
}

function arn(service, rest) {
    return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
}

function named(service, path, word, id) {
    const full = arn(service, `${path}/${made(id).toLowerCase()}`);
    return { Ref: full, [`${word}Arn`]: full, [`${word}Name`]: made(id), Id: full };
}

export class Deployment {
    #attributes = new Map();
    #busy = new Set();

    // `given`: parameters of a nested stack.
    constructor(template, given = {}) {
        this.template = template;
        this.given = given;
    }

    // The resource as it would be, properties without intrinsics.
    resource(id) {
        const { Type, Properties = {}, Metadata } = this.template.Resources[id];
        return { id, type: Type, properties: this.value(Properties), pluto: Metadata?.pluto };
    }

    resources(type) {
        return Object.keys(this.template.Resources)
            .filter((id) => type === undefined || this.template.Resources[id].Type === type)
            .map((id) => this.resource(id));
    }

    attribute(id, name) {
        const resource = this.template.Resources[id];
        if (!resource) throw new Error(`${id} is no resource of the template`);
        if (!this.#attributes.has(id)) {
            if (this.#busy.has(id)) throw new Error(`${id} depends on itself`);
            this.#busy.add(id);
            const rule = TYPES[resource.Type];
            if (!rule) throw new Error(`resolve.mjs does not know what ${resource.Type} gives`);
            this.#attributes.set(id, rule(this, id, this.#identity(resource.Properties ?? {})));
            this.#busy.delete(id);
        }
        const value = this.#attributes.get(id)[name];
        if (value === undefined)
            throw new Error(`${id} (${resource.Type}) has no attribute ${name}`);
        return value;
    }

    // Only what names are made of: the rest may refer back.
    #identity(properties) {
        const names = [
            "FunctionName",
            "RoleName",
            "LogGroupName",
            "TableName",
            "EndpointName",
            "StageName",
        ];
        const picked = Object.entries(properties).filter(
            ([key]) => names.includes(key) || key === "TargetFunctionArn",
        );
        return this.value(Object.fromEntries(picked));
    }

    ref(name) {
        if (name in PSEUDO) return PSEUDO[name];
        const parameter = this.template.Parameters?.[name];
        if (!parameter) return this.attribute(name, "Ref");
        return this.given[name] ?? parameter.Default ?? `parameter-${name.toLowerCase()}`;
    }

    condition(name) {
        const rule = this.template.Conditions?.[name];
        if (rule === undefined) throw new Error(`there is no condition ${name}`);
        return this.test(rule);
    }

    test(rule) {
        if (rule.Condition) return this.condition(rule.Condition);
        if (rule["Fn::Equals"])
            return this.value(rule["Fn::Equals"][0]) === this.value(rule["Fn::Equals"][1]);
        if (rule["Fn::Not"]) return !this.test(rule["Fn::Not"][0]);
        if (rule["Fn::And"]) return rule["Fn::And"].every((part) => this.test(part));
        if (rule["Fn::Or"]) return rule["Fn::Or"].some((part) => this.test(part));
        throw new Error(`a condition that is not understood: ${JSON.stringify(rule)}`);
    }

    sub(argument) {
        const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
        return text.replace(/\$\{([^}]*)\}/g, (whole, name) => {
            if (name.startsWith("!")) return `\${${name.slice(1)}}`;
            if (name in names) return this.value(names[name]);
            const dot = name.indexOf(".");
            return dot < 0
                ? this.ref(name)
                : this.attribute(name.slice(0, dot), name.slice(dot + 1));
        });
    }

    intrinsic(name, argument) {
        switch (name) {
            case "Ref":
                return this.ref(argument);
            case "Fn::GetAtt":
                return this.attribute(
                    ...(Array.isArray(argument) ? argument : argument.split(".")),
                );
            case "Fn::Sub":
                return this.sub(argument);
            case "Fn::Join":
                return this.value(argument[1]).join(argument[0]);
            case "Fn::Select":
                return this.value(argument[1])[Number(this.value(argument[0]))];
            case "Fn::Split":
                return this.value(argument[1]).split(argument[0]);
            case "Fn::If":
                return this.value(this.condition(argument[0]) ? argument[1] : argument[2]);
            case "Fn::FindInMap": {
                const [map, top, second] = argument.map((part) => this.value(part));
                return this.template.Mappings[map][top][second];
            }
            default:
                throw new Error(`an intrinsic that is not understood: ${name}`);
        }
    }

    value(json) {
        if (Array.isArray(json))
            return json.map((item) => this.value(item)).filter((item) => item !== undefined);
        if (json === null || typeof json !== "object") return json;
        const keys = Object.keys(json);
        if (keys.length === 1 && (keys[0] === "Ref" || keys[0].startsWith("Fn::"))) {
            return this.intrinsic(keys[0], json[keys[0]]);
        }
        const entries = keys.map((key) => [key, this.value(json[key])]);
        return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
}
