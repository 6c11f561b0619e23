//! A browser that signs in and asks for pages, one after the other on one connection.

use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Response;

use crate::Result;
use crate::server::Server;

/// What a page came to.
pub struct Shown {
    pub status: u16,
    /// From the request to the last byte, here at the client: the server's time, the loopback's and the client's own.
    pub took: Duration,
    pub html: String,
}

/// One browser with its cookies.
pub struct Browser {
    agent: Agent,
    base: String,
    cookies: Vec<(String, String)>,
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        let agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent();
        Self { agent, base: format!("http://{}", server.address), cookies: Vec::new() }
    }

    /// Signs in as a person does: by the form, with what it carries.
    pub fn sign_in(&mut self, email: &str, password: &str) -> Result<()> {
        let form = self.get("/admin/login")?.html;
        let csrf = between(&form, "name=\"csrf\" value=\"", "\"").ok_or("the sign-in has no token")?;
        let request = self.agent.post(format!("{}/admin/login", self.base)).header("Cookie", self.cookie()).header("Sec-Fetch-Site", "same-origin");
        let answer = request.send_form([("csrf", csrf), ("email", email), ("password", password), ("next", "/admin")])?;
        self.keep(&answer);
        let signed_in = answer.status().as_u16() == 303 && self.cookies.iter().any(|(name, _)| name == "billhead_session");
        if signed_in { Ok(()) } else { Err(format!("the sign-in was answered {}", answer.status()).into()) }
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep<T>(&mut self, answer: &Response<T>) {
        for header in answer.headers().get_all("set-cookie") {
            let pair = header.to_str().ok().and_then(|h| h.split(';').next()).and_then(|p| p.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.retain(|(n, _)| n != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    pub fn get(&mut self, path: &str) -> Result<Shown> {
        let request = self.agent.get(format!("{}{path}", self.base)).header("Cookie", self.cookie());
        let begun = Instant::now();
        let mut answer = request.call()?;
        let html = answer.body_mut().read_to_string()?;
        let took = begun.elapsed();
        self.keep(&answer);
        Ok(Shown { status: answer.status().as_u16(), took, html })
    }
}

/// What stands between two texts, the first time.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
