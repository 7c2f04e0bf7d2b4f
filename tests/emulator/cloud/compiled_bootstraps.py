"""The same small function in two compiled languages: it speaks the Runtime API itself."""

from __future__ import annotations

RUST = r"""
use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

fn call(api: &str, request: String) -> (String, String) {
    let mut stream = TcpStream::connect(api).expect("the Runtime API");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    (head.to_string(), body.to_string())
}

fn main() {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let base = "/2018-06-01/runtime/invocation";
    let mut count = 0;
    loop {
        let ask = format!("GET {base}/next HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\n\r\n");
        let (head, event) = call(&api, ask);
        let id = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("lambda-runtime-aws-request-id"))
            .map(|(_, value)| value.trim().to_string())
            .expect("a request id");
        count += 1;
        println!("compiled, invocation {count}");
        let body = format!("{{\"echo\":{event},\"count\":{count}}}");
        let length = body.len();
        call(&api, format!(
            "POST {base}/{id}/response HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ));
    }
}
"""

GO = r"""
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation"
	for count := 1; ; count++ {
		next, err := http.Get(base + "/next")
		if err != nil {
			panic(err)
		}
		event, _ := io.ReadAll(next.Body)
		next.Body.Close()
		fmt.Printf("compiled, invocation %d\n", count)
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		body := fmt.Sprintf(`{"echo":%s,"count":%d}`, event, count)
		done, err := http.Post(base+"/"+id+"/response", "application/json", strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		done.Body.Close()
	}
}
"""
