import { InvokeEndpointCommand, SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { SageMaker, Router } from "@plutolang/pluto";

class Llm {
  private runtime = new SageMakerRuntime({ region: process.env.AWS_REGION });
  constructor(private name: () => string) {}
  async ask(inputs: string) {
    return this.runtime.send(new InvokeEndpointCommand({ EndpointName: this.name(), Body: inputs }));
  }
}

const model = new SageMaker("m", "111122223333.dkr.ecr.us-east-1.amazonaws.com/tgi:1");
const llm = new Llm(() => model.endpointName);
const router = new Router("llm");
router.post("/ask", async (request) => ({ statusCode: 200, body: String(await llm.ask(request.body ?? "")) }));
router.get("/ready", async () => ({ statusCode: 200, body: "yes" }));
